import { recordTypes } from "@mx/records";
import { execa } from "execa";
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listening } from "./support/listening.ts";
import { root, runBin, start as startBin } from "./support/run-bin.ts";

const bin = join(import.meta.dirname, "../packages/mx-proxy/bin.js");
const secret = "a-secret-of-the-process-tests";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "mx-proxy-test-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** mx-proxy as a process, with nothing of this process's settings. */
function start(args: string[], env: Record<string, string> = {}) {
  const proxy = execa(process.execPath, [bin, ...args], {
    reject: false,
    extendEnv: false,
    env: { PATH: process.env["PATH"] ?? "", TMPDIR: folder, MX_PROXY_SECRET: secret, ...env },
    stdin: "pipe",
  });
  const lines: string[] = [];
  let rest = "";
  proxy.stdout.on("data", (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  });
  const noted: string[] = [];
  proxy.stderr.on("data", (chunk: Buffer) => noted.push(chunk.toString()));
  const until = async (what: () => boolean) => {
    for (let waited = 0; waited < 1000 && !what(); waited += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    if (!what()) throw new Error(`it did not come to that: ${lines.join("\n")} ${noted.join("")}`);
  };
  return {
    proxy,
    lines,
    until,
    send: (...records: object[]) =>
      proxy.stdin.write(records.map((record) => `${JSON.stringify(record)}\n`).join("")),
    said: (text: string) => until(() => noted.join("").includes(text)),
    async endpoint() {
      await until(() => lines.some((line) => line.includes('"mx-proxy"')));
      const line = lines.find((one) => one.includes('"mx-proxy"'));
      return recordTypes.endpoint.parse(JSON.parse(line ?? ""));
    },
  };
}

/** A model server that says its name, and what it was asked. */
async function modelServer(name: string, model: string) {
  const seen: IncomingMessage["headers"][] = [];
  const server = createServer((request, response) => {
    if (request.method === "POST") seen.push(request.headers);
    request.resume().on("end", () => {
      const list = { data: [{ id: model }] };
      const body = request.method === "GET" ? list : { model: name, choices: [] };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  return { seen, ...(await listening(server)) };
}

function endpoint(name: string, base_url: string, models: string[], more: object = {}) {
  const common = { type: "endpoint", version: 1, engine: "vllm", where: "local", state: "ready" };
  return { ...common, name, base_url, models, handle: {}, ...more };
}

async function ask(url: string, model: string): Promise<string> {
  const response = await fetch(`${url}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify({ model, messages: [] }),
  });
  const { model: from, error } = (await response.json()) as {
    model?: string;
    error?: { code: string };
  };
  return from ?? error?.code ?? "";
}

describe("endpoint records on stdin", () => {
  test("the first is waited for; others join, and leave when they stop", async () => {
    await using a = await modelServer("A", "m-a");
    await using b = await modelServer("B", "m-b");
    const running = start([], { KEY_OF_A: "sk-of-a-1234" });
    const { proxy, send, said, until, lines } = running;
    const starting = { state: "starting" };
    send(
      { type: "note", version: 1, big: "12345678901234567890", text: "for somebody else" },
      endpoint("a", a.url, ["m-a"], starting),
    );
    send(endpoint("a", a.url, ["m-a"], { api_key_env: "KEY_OF_A" }));
    const { base_url: url, models } = await running.endpoint();
    expect(models).toEqual(["m-a"]);
    expect(await ask(url, "m-a")).toBe("A");
    expect(a.seen[0]?.authorization).toBe("Bearer sk-of-a-1234");
    send(endpoint("b", b.url, []));
    await said("upstream b is there");
    expect(await ask(url, "m-b")).toBe("B");
    expect(await ask(url, "b/any")).toBe("B");
    expect(b.seen[0]?.authorization).toBeUndefined();
    send(endpoint("a", a.url, ["m-a"], { state: "stopped" }));
    await said("upstream a has gone: stopped");
    // The only one that is left takes whatever is asked.
    expect(await ask(url, "m-a")).toBe("B");
    send(endpoint("b", b.url, [], { state: "failed" }));
    await said("upstream b has gone: failed");
    expect(await ask(url, "m-b")).toBe("no_upstream");
    send(endpoint("a", a.url, ["m-a"]), { type: "end_of_test", version: 1 });
    await until(() => lines.some((line) => line.includes("end_of_test")));
    expect(await ask(url, "m-a")).toBe("A");
    proxy.kill("SIGTERM");
    const { exitCode, stdout } = await proxy;
    expect(exitCode).toBe(143);
    // What is not for the proxy goes on as it came.
    expect(stdout).toContain(
      '{"type":"note","version":1,"big":"12345678901234567890","text":"for somebody else"}\n',
    );
    const types = stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types.filter((type) => type === "endpoint").length).toBe(1);
    expect(types.filter((type) => type === "request").length).toBe(6);
    expect(types.indexOf("note")).toBe(0);
    expect(stdout).not.toContain("sk-of-a");
  });

  test("none, and no other upstream: exit 2; a signal while it waits: 143", async () => {
    const none = start([]);
    none.proxy.stdin.end();
    const { exitCode, stderr, stdout } = await none.proxy;
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain("there is no upstream");
    const waiting = start([]);
    await waiting.said("waiting for an endpoint record on stdin");
    waiting.proxy.kill("SIGTERM");
    const ended = await waiting.proxy;
    expect(ended.exitCode).toBe(143);
    expect(ended.stderr).not.toContain("there is no upstream\n");
  });

  test("a line that is no record: exit 65, and what it says", async () => {
    const { proxy } = start([]);
    proxy.stdin.end("no record\n");
    const { exitCode, stderr } = await proxy;
    expect(exitCode).toBe(65);
    expect(stderr).toContain("stdin:1");
  });
});

describe("--config", () => {
  test("a command gets the proxy's key, and none of the upstreams'", async () => {
    await using a = await modelServer("A", "m-a");
    const path = join(folder, "proxy.yaml");
    await writeFile(
      path,
      `upstreams: [{ name: a, base_url: "${a.url}", api_key_env: TEAM_KEY }]\nmodels: { judge: a/m-a }\n`,
    );
    const code = `
      const { OPENAI_BASE_URL: url, OPENAI_API_KEY: key } = process.env;
      const body = JSON.stringify({ model: "judge", messages: [] });
      const headers = { authorization: "Bearer " + key };
      fetch(url + "/chat/completions", { method: "POST", headers, body })
        .then((response) => response.json())
        .then(({ model }) => console.log(model, Object.values(process.env).includes("sk-team-12345")));`;
    const { proxy } = start(["--config", path, "--", process.execPath, "-e", code], {
      TEAM_KEY: "sk-team-12345",
      SAME_KEY: "sk-team-12345",
    });
    const { stdout, exitCode, stderr } = await proxy;
    expect({ stdout, exitCode, stderr }).toEqual({ stdout: "A false", exitCode: 0, stderr: "" });
    expect(a.seen[0]?.authorization).toBe("Bearer sk-team-12345");
  });

  test("an error in it: file, line, exit 2", async () => {
    const path = join(folder, "proxy.yaml");
    await writeFile(path, "upstreams:\n  - name: a\n    api_key: sk-in-the-file-1\n");
    const { proxy } = start(["--config", path]);
    const { exitCode, stderr } = await proxy;
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${path}:3: upstreams.0.api_key: a key is not written into the file`);
    expect(stderr).not.toContain("sk-in-the-file");
  });
});

describe("--endpoint", () => {
  let file = "";
  beforeEach(() => (file = join(folder, "endpoint.json")));

  /** Puts records in the place of those that the file holds. */
  async function put(...records: object[]): Promise<void> {
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join("");
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  }

  test("a server of mx-serve is an upstream, with its key and no variable, until it stops and again after", async () => {
    const env = { MX_HOME: folder };
    const line = `${process.execPath} ${join(root, "test/support/fake-server.js")} --port {port}`;
    const flags = ["--engine", "command", "--command", line, "--api-key-env", "FAKE_KEY"];
    const up = () => startBin("mx-serve", ["up", ...flags, "--endpoint-file", file], env);
    const { proxy, said, ...running } = start(["--endpoint", file]);
    proxy.stdin.end();
    await said(`waiting for an endpoint record on stdin or in ${file}`);
    for (let round = 0; round < 2; round += 1) {
      const server = up();
      try {
        const { base_url: url } = await running.endpoint();
        await expect.poll(() => ask(url, "fake-model"), { timeout: 20_000 }).toBe("fake-model");
        const known = recordTypes.endpoint.parse(JSON.parse(await readFile(file, "utf8")));
        const kept = join(folder, "servers", known.name, "endpoint.json");
        const beside = await runBin("mx-proxy", ["--endpoint", kept, "--", "true"], env);
        expect(beside.exitCode).toBe(0);
        server.kill("SIGTERM");
        await server;
        await expect.poll(() => ask(url, "fake-model"), { timeout: 10_000 }).toBe("no_upstream");
      } finally {
        server.kill("SIGTERM");
        await server;
      }
    }
    proxy.kill("SIGTERM");
    const { stdout, stderr } = await proxy;
    const record = recordTypes.endpoint.parse(JSON.parse(await readFile(file, "utf8")));
    const key = (await readFile(String(record.handle["key_file"]), "utf8")).trim();
    expect(key.length).toBeGreaterThan(20);
    expect(stdout + stderr).not.toContain(key);
    expect(stderr).toContain(`upstream ${record.name} has gone: stopped`);
  });

  test("no call is lost when a server moves, be the former one slow or gone", async () => {
    let slow: (() => void) | undefined;
    const former = createServer((request, response) => {
      request.resume().on("end", () => {
        const answer = () => response.end(JSON.stringify({ model: "former", choices: [] }));
        if (request.headers["x-slow"] === undefined) answer();
        else slow = answer;
      });
    });
    await using a = await listening(former);
    await using b = await modelServer("next", "m");
    await put(endpoint("s", a.url, ["m"]));
    const { proxy, said, until, ...running } = start(["--endpoint", file, "--retries", "8"]);
    const { base_url: url } = await running.endpoint();
    const long = fetch(`${url}/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "x-slow": "1" },
      body: JSON.stringify({ model: "m", messages: [] }),
    });
    await until(() => slow !== undefined);
    let done = false;
    const answers: string[] = [];
    const callers = Array.from({ length: 4 }, async () => {
      while (!done) answers.push(await ask(url, "m"));
    });
    await put(endpoint("s", b.url, ["m"]));
    await said(`upstream s is at ${b.url} now`);
    await until(() => answers.includes("next"));
    done = true;
    await Promise.all(callers);
    expect(new Set(answers)).toEqual(new Set(["former", "next"]));
    slow?.();
    expect(await (await long).json()).toMatchObject({ model: "former" });
    // Gone before anybody says where it is now: the call is tried there as soon as that is known.
    await using c = await modelServer("third", "m");
    await b[Symbol.asyncDispose]();
    const orphan = ask(url, "m");
    await put(endpoint("s", c.url, ["m"]));
    expect(await orphan).toBe("third");
    proxy.kill("SIGTERM");
    await proxy;
  });

  test("several records in a file that goes and comes back; a key that others can read is not used", async () => {
    await using a = await modelServer("A", "m-a");
    await using b = await modelServer("B", "m-b");
    const key_file = join(folder, "key");
    await writeFile(key_file, "sk-in-the-key-file\n", { mode: 0o600 });
    const records = [
      { type: "note", version: 1 },
      endpoint("a", a.url, ["m-a"], { handle: { key_file }, api_key_env: "NOT_SET" }),
      endpoint("b", b.url, ["m-b"]),
    ];
    await put(...records);
    const { proxy, said, ...running } = start(["--endpoint", file]);
    const { base_url: url } = await running.endpoint();
    expect(await Promise.all([ask(url, "m-a"), ask(url, "m-b")])).toEqual(["A", "B"]);
    expect(a.seen[0]?.authorization).toBe("Bearer sk-in-the-key-file");
    expect(b.seen[0]?.authorization).toBeUndefined();
    await rm(file);
    await said(`upstream b has gone: ${file} is not there`);
    expect(await ask(url, "m-a")).toBe("no_upstream");
    await chmod(key_file, 0o644);
    await put(...records);
    await said(`a: the key in ${key_file} is not used: others can read it; \`chmod 600\` it`);
    await expect.poll(() => ask(url, "m-a")).toBe("A");
    expect(a.seen.at(-1)?.authorization).toBeUndefined();
    await writeFile(file, "no record\n");
    await said(`${file}:1: not JSON: no record (what was known of it stays)`);
    expect(await ask(url, "m-b")).toBe("B");
    proxy.kill("SIGTERM");
    const { stdout, stderr } = await proxy;
    expect(stdout + stderr).not.toContain("sk-in-the-key-file");
  });

  test("a file that is not there is waited for until a signal; one that is wrong is exit 65", async () => {
    const waiting = start(["--endpoint", file]);
    await waiting.said(`waiting for an endpoint record on stdin or in ${file}`);
    waiting.proxy.kill("SIGTERM");
    expect((await waiting.proxy).exitCode).toBe(143);
    await put({ type: "endpoint", version: 1 });
    const wrong = await start(["--endpoint", file]).proxy;
    expect(wrong.exitCode).toBe(65);
    expect(wrong.stderr).toContain(`${file}:1: not a valid endpoint record`);
  });
});
