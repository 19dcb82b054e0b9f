import { processes } from "@mx/cli/testing/processes";
import type { Endpoint } from "@mx/records";
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { freePort } from "./support/free-port.ts";
import { isFull } from "./support/is-full.ts";
import { listening } from "./support/listening.ts";
import { ofType, root, runBin, shell, smokeScript, start } from "./support/run-bin.ts";
import { tempHome } from "./support/temp-home.ts";
import { commandLine } from "./support/tiny-server.ts";
import { until } from "./support/until.ts";

const temp = tempHome();
const fake = join(root, "test/support/fake-server.js");
/** What the tests of other files come by as well. */
const testFull = test.runIf(isFull);

/** Flags of a server that plays a model, with its faults. */
function serving(faults = "", model = "fake-model"): string[] {
  const line = `${process.execPath} ${fake} --port {port} --model ${model} ${faults}`;
  return ["--engine", "command", "--command", line];
}

const up = (flags: string[], extra: Record<string, string> = {}) =>
  start("mx-serve", ["up", ...flags], { ...temp.env, ...extra });
const run = (args: string[], extra: Record<string, string> = {}) =>
  runBin("mx-serve", args, { ...temp.env, ...extra });
type Up = ReturnType<typeof up>;

/** The first endpoint record of an `up` that goes on. */
function endpointOf(child: Up): Promise<Endpoint> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("\n")) resolve(JSON.parse(text.slice(0, text.indexOf("\n"))) as Endpoint);
    });
    void child.then(({ stderr }) => reject(new Error(`it ended: ${String(stderr)}`)));
  });
}

/** Processes of servers of this test: each has its folder on its command line, or its mark in its environment. */
function left(): number[] {
  const marks = tokens().map((token) => `MX_SERVER_TOKEN=${token}`);
  return processes((read) => {
    // The environment of a program of ours names the folder as well.
    const [line, environment] = [read("cmdline"), read("environ")];
    return line.includes(temp.folder) || marks.some((mark) => environment.includes(mark));
  }).filter((pid) => pid !== process.pid);
}

const serversFolder = () => join(temp.folder, "home/servers");
/** A file of a server's folder. */
const fileOf = (name: string, file: string) => join(serversFolder(), name, file);

function servers(): string[] {
  const path = serversFolder();
  return existsSync(path) ? readdirSync(path).sort() : [];
}

function tokens(): string[] {
  return servers().flatMap((name) => {
    const path = fileOf(name, "endpoint.json");
    if (!existsSync(path)) return [];
    const endpoint = JSON.parse(readFileSync(path, "utf8")) as Endpoint;
    return [String(endpoint.handle["token"])];
  });
}

const nothingIsLeft = () => until("the end of all processes", () => left().length === 0);
/** What a server has said; empty before it has a log. */
function logOf(name: string): string {
  const path = fileOf(name, "server.log");
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
const oneLoads = () =>
  until("a server that loads", () => servers().some((name) => logOf(name).includes("loads")));

afterEach(async () => {
  if (left().length > 0) await run(["stop", "--all", "--quiet"]);
  await nothingIsLeft();
});

describe("up", () => {
  test("says where the server is, serves until SIGTERM, and leaves nothing", async () => {
    const file = join(temp.folder, "endpoint.json");
    const child = up([...serving("--child"), "--endpoint-file", file]);
    const endpoint = await endpointOf(child);
    expect(endpoint).toMatchObject({
      type: "endpoint",
      models: ["fake-model"],
      engine: "command",
      where: "local",
      state: "ready",
    });
    expect((await fetch(`${endpoint.base_url}/models`)).status).toBe(200);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(endpoint);
    child.kill("SIGTERM");
    const { stdout, stderr, exitCode } = await child;
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 143 });
    expect(ofType<Endpoint>(String(stdout), "endpoint").map(({ state }) => state)).toEqual([
      "ready",
      "stopped",
    ]);
    expect(left()).toEqual([]);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ state: "stopped" });
    expect(ofType((await run(["list"])).stdout, "endpoint")).toMatchObject([{ state: "stopped" }]);
  });

  test("a reader that has read enough ends it, though it has nothing more to say", async () => {
    const line = `${commandLine(["mx-serve", "up", ...serving()])} | head -n 1`;
    const { stdout, stderr } = await shell(`${line}; echo "\${PIPESTATUS[0]}"`, temp.env);
    const [record = "", status] = stdout.split("\n");
    expect(JSON.parse(record)).toMatchObject({ type: "endpoint", state: "ready" });
    expect({ stderr, status }).toEqual({ stderr: "", status: "0" });
    expect(left()).toEqual([]);
    expect(ofType((await run(["list"])).stdout, "endpoint")).toMatchObject([{ state: "stopped" }]);
  });

  test("with a command it serves for as long as that runs, and ends with its status", async () => {
    const script =
      'echo "$OPENAI_API_KEY $EVAL_MODEL $OPENAI_MODEL"; curl -s $OPENAI_BASE_URL/models; exit 7';
    const { stdout, stderr, exitCode } = await run(["up", ...serving(), "--", "sh", "-c", script]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 7 });
    expect(stdout).toBe(
      'EMPTY fake-model fake-model\n{"object":"list","data":[{"id":"fake-model"}]}',
    );
    expect(left()).toEqual([]);
    const missing = await run(["up", ...serving(), "--", "no-such-program"]);
    expect(missing).toMatchObject({ exitCode: 127 });
    expect(missing.stderr).toContain("command not found: no-such-program");
  });

  testFull("two servers for one command have variables of their own", async () => {
    const inner =
      'echo "$USER_MODEL_MODEL $OPENAI_MODEL"; curl -s $USER_MODEL_API_BASE/models $OPENAI_API_BASE/models';
    const { stdout, stderr, exitCode } = await run([
      "up",
      ...serving("", "user"),
      "--as",
      "user_model",
      ...["--", "mx-serve", "up", ...serving("", "assistant"), "--", "sh", "-c", inner],
    ]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    const lists = ["user", "assistant"].map((id) => `{"object":"list","data":[{"id":"${id}"}]}`);
    expect(stdout).toBe(`user assistant\n${lists.join("")}`);
    expect(servers()).toHaveLength(2);
  });

  test("a made key is asked for, and is in no record, no argument, and no log that is shown", async () => {
    const child = up([...serving(), "--api-key-env", "FAKE_KEY"]);
    const endpoint = await endpointOf(child);
    const keyFile = fileOf(endpoint.name, "key");
    const key = readFileSync(keyFile, "utf8").trim();
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect((await fetch(`${endpoint.base_url}/models`)).status).toBe(401);
    expect(endpoint.api_key_env).toMatch(/^MX_KEY_NODE_[0-9A-F]{8}$/);
    expect(logOf(endpoint.name)).toContain(key);
    const { stdout: log } = await run(["logs", endpoint.name]);
    expect(log).toContain("with key ***");
    for (const pid of left()) {
      expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).not.toContain(key);
    }
    // Another user of the same server gets it by the environment.
    const print = `echo "$OPENAI_API_KEY $${endpoint.api_key_env}"`;
    const joined = await run([
      "up",
      ...serving(),
      "--api-key-env",
      "FAKE_KEY",
      "--",
      "sh",
      "-c",
      print,
    ]);
    expect(joined.stdout).toBe(`${key} ${key}\n`);
    child.kill("SIGINT");
    const { stdout, stderr, exitCode } = await child;
    expect(exitCode).toBe(130);
    expect(`${String(stdout)}${String(stderr)}`).not.toContain(key);
  });

  test("records of servers are upstreams of mx-proxy", async () => {
    const child = up(serving("", "one"));
    await endpointOf(child);
    const { stdout: listed } = await run(["list", "--running"]);
    const proxy = start("mx-proxy", [], {
      ...temp.env,
      MX_PROXY_SECRET: "a-secret-of-the-process-tests",
    });
    proxy.stdin?.write(listed);
    const { base_url } = await endpointOf(proxy);
    const reply = await fetch(`${base_url}/chat/completions`, {
      method: "POST",
      headers: { authorization: "Bearer a-secret-of-the-process-tests" },
      body: JSON.stringify({ model: "one", messages: [] }),
    });
    expect(await reply.json()).toMatchObject({ model: "one" });
    proxy.kill("SIGTERM");
    child.kill("SIGTERM");
    await Promise.all([proxy, child]);
  });
});

describe("what fails is named within seconds, ends with 69 and leaves nothing running", () => {
  test("a server that dies as it starts", async () => {
    const { stderr, exitCode } = await run(["up", ...serving("--exit 4")]);
    expect(exitCode).toBe(69);
    expect(stderr).toMatch(/node-\w{8} ended with exit status 4; its log ends with:/);
    expect(stderr).toContain("there is not enough memory for the model");
    expect(left()).toEqual([]);
    expect(ofType((await run(["list"])).stdout, "endpoint")).toMatchObject([{ state: "failed" }]);
  });

  test("a server that hangs as it starts, and ignores SIGTERM", async () => {
    const flags = serving("--hang --stubborn --child");
    const { stderr, exitCode } = await run(["up", ...flags, "--infra.startup_timeout=1"]);
    expect(exitCode).toBe(69);
    expect(stderr).toMatch(/node-\w{8} was not ready after 1 s \(nothing listens there yet\)/);
    expect(left()).toEqual([]);
  });

  test("a server that serves another model: both are named", async () => {
    const flags = serving("", "theirs");
    const { stderr, exitCode } = await run(["up", "ours", ...flags]);
    expect(exitCode).toBe(69);
    expect(stderr).toContain("it serves theirs and not ours");
    expect(left()).toEqual([]);
  });

  test("a port that a stranger has, whom it names, though he serves the same model", async () => {
    const list = '{"object":"list","data":[{"id":"fake-model"}]}';
    await using stranger = await listening(createServer((_, response) => response.end(list)));
    const { port } = new URL(stranger.url);
    const { stderr, exitCode } = await run(["up", ...serving(), "--port", port]);
    expect(exitCode).toBe(69);
    expect(stderr).toContain(`cannot have port ${port}: it is taken by`);
    expect(stderr).toContain(`(process ${process.pid})`);
    expect(left()).toEqual([]);
  });

  test("a stranger who takes the port while the server loads", async () => {
    const port = await freePort();
    const child = up([...serving("--delay 60000"), "--port", String(port)]);
    await oneLoads();
    const list = '{"object":"list","data":[{"id":"fake-model"}]}';
    const stranger = createServer((_, response) => response.end(list));
    await using _ = await listening(stranger, port);
    const { stderr, exitCode } = await child;
    expect(exitCode).toBe(69);
    expect(String(stderr)).toMatch(
      new RegExp(
        `node-\\w{8} does not have its port ${port}: .*\\(process ${process.pid}\\) has it`,
      ),
    );
    expect(left()).toEqual([]);
  });

  test("a server that loses its port while it serves", async () => {
    const child = up(serving());
    const { name, base_url } = await endpointOf(child);
    const pid = Number(/fake server (\d+)/.exec(logOf(name))?.[1]);
    process.kill(pid, "SIGUSR2");
    const { stdout, stderr, exitCode } = await child;
    expect(exitCode).toBe(69);
    const { port } = new URL(base_url);
    expect(String(stderr)).toContain(`${name} does not have its port ${port} any more`);
    expect(ofType(String(stdout), "endpoint").at(-1)).toMatchObject({ state: "failed" });
    expect(left()).toEqual([]);
  });

  test("a server that dies under a command, which is told to end", async () => {
    const { stderr, exitCode } = await run([
      "up",
      ...serving("--die-after 1500"),
      "--",
      "sleep",
      "60",
    ]);
    expect(exitCode).toBe(69);
    expect(stderr).toContain("ended with exit status 3");
    expect(stderr).toContain("CUDA error: an illegal memory access was encountered");
    expect(left()).toEqual([]);
  });

  test("a program that is not there", async () => {
    const flags = ["--engine", "command", "--command", "no-such-server --port {port}"];
    const { stderr, exitCode } = await run(["up", ...flags]);
    expect(exitCode).toBe(69);
    expect(stderr).toContain("no-such-server is not on this machine");
  });
});

test("a port that somebody else was faster to take is given up for another", async () => {
  const flags = serving(`--taken-once ${join(temp.folder, "once")}`);
  const { stderr, exitCode } = await run(["up", ...flags, "--", "true"]);
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/port \d+ was taken meanwhile; trying another/);
});

describe("whatever becomes of mx-serve", () => {
  test("SIGKILL: its server ends with all that it started", async () => {
    const child = up(serving("--child"));
    const { name } = await endpointOf(child);
    expect(logOf(name)).toMatch(/child \d+/);
    child.kill("SIGKILL");
    await child;
    await nothingIsLeft();
    const { stdout, exitCode, stderr } = await run(["status"]);
    expect({ exitCode, states: ofType(stdout, "endpoint") }).toMatchObject({
      exitCode: 69,
      states: [{ state: "failed" }],
    });
    expect(stderr).toContain(`${name} is dead: it ended with signal SIGTERM`);
  });

  test.for([...(isFull ? [{ signals: 1 }] : []), { signals: 2 }])(
    "SIGTERM, $signals times, while a server starts that does not listen to it",
    async ({ signals }) => {
      const child = up(serving("--hang --stubborn"));
      await oneLoads();
      for (let sent = 0; sent < signals; sent += 1) {
        child.kill("SIGTERM");
        await sleep(200);
      }
      expect((await child).exitCode).toBe(143);
      await nothingIsLeft();
    },
  );
});

testFull("a server whose keeper was killed is ended by who uses it", async () => {
  const child = up(serving("--child"));
  const { name, handle } = await endpointOf(child);
  process.kill(Number(handle["pid"]), "SIGKILL");
  const { stderr, exitCode } = await child;
  expect({ stderr, exitCode }).toMatchObject({
    exitCode: 69,
    stderr: expect.stringContaining(`${name} was killed`),
  });
  expect(left()).toEqual([]);
});

describe("the same configuration twice is one server", () => {
  test("two that come at once start one, which lives as long as one of them", async () => {
    const witness = join(temp.folder, "starts");
    const flags = serving(`--delay 500 --starts ${witness}`);
    const [first, second] = [up(flags), up(flags)];
    const [one, two] = await Promise.all([endpointOf(first), endpointOf(second)]);
    expect(two).toEqual(one);
    expect(readFileSync(witness, "utf8").trim().split("\n")).toHaveLength(1);
    first.kill("SIGTERM");
    await first;
    expect((await fetch(`${one.base_url}/models`)).status).toBe(200);
    // A third comes and goes.
    const third = await run(["up", ...flags, "--", "sh", "-c", "curl -sf $OPENAI_BASE_URL/models"]);
    expect(third).toMatchObject({ exitCode: 0 });
    expect((await fetch(`${one.base_url}/models`)).status).toBe(200);
    second.kill("SIGTERM");
    await second;
    expect(left()).toEqual([]);
    expect(readFileSync(witness, "utf8").trim().split("\n")).toHaveLength(1);
  });

  testFull("one that is killed does not take the server away from the other", async () => {
    const [first, second] = [up(serving()), up(serving())];
    const [one] = await Promise.all([endpointOf(first), endpointOf(second)]);
    first.kill("SIGKILL");
    await first;
    await sleep(500);
    expect((await fetch(`${one.base_url}/models`)).status).toBe(200);
    second.kill("SIGKILL");
    await second;
    await nothingIsLeft();
  });

  test("one that is ending answers still, and is not joined: the next waits for its end", async () => {
    const witness = join(temp.folder, "starts-of-ending");
    const flags = serving(`--stubborn --starts ${witness}`);
    const first = up(flags);
    const { name } = await endpointOf(first);
    first.kill("SIGKILL");
    await first;
    await until("a signal", () => /^no$/m.test(logOf(name)));
    const next = run(["up", ...flags, "--", "true"]);
    await sleep(1_000);
    process.kill(Number(readFileSync(witness, "utf8")), "SIGKILL");
    // The second one listens to no SIGTERM either.
    await until(
      "a second start",
      () => readFileSync(witness, "utf8").trim().split("\n").length === 2,
    );
    const [, second] = readFileSync(witness, "utf8").trim().split("\n");
    await until("a signal", () => /^no$/m.test(logOf(name)));
    process.kill(Number(second), "SIGKILL");
    expect(await next).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  test("another sampling is the same server, another serving is not", async () => {
    const plain = up(serving());
    const { name } = await endpointOf(plain);
    const print = ["--", "sh", "-c", "echo $OPENAI_BASE_URL"];
    const sampled = await run(["up", ...serving(), "--sampling.temperature=0.5", ...print]);
    expect(sampled.stderr).toContain(`${name} is up already`);
    const elsewhere = await run(["up", ...serving(), "--port", "1", ...print]);
    expect(elsewhere).toMatchObject({
      exitCode: 69,
      stderr: expect.stringMatching(/is up on port \d+ and not on 1\n/),
    });
    const changed = await run(["up", ...serving(), "--env.THREADS=4", ...print]);
    expect(changed.stderr).toBe("");
    expect(changed.stdout).not.toBe(sampled.stdout);
    expect(servers()).toHaveLength(2);
    plain.kill("SIGTERM");
    await plain;
  });
});

describe("a detached server", () => {
  test("outlives mx-serve, is joined, and is up until it is stopped", async () => {
    const flags = serving("", "kept");
    const begun = await run(["up", ...flags, "--detach"]);
    expect(begun).toMatchObject({ exitCode: 0, stderr: "" });
    const [endpoint] = ofType<Endpoint>(begun.stdout, "endpoint");
    expect(endpoint).toMatchObject({ state: "ready", models: ["kept"] });
    expect(await run(["up", ...flags, "--", "true"])).toMatchObject({ exitCode: 0 });
    expect(await run(["status", "kept"])).toMatchObject({ exitCode: 0, stdout: begun.stdout });
    const stopped = await run(["stop", "node"]);
    expect(ofType(stopped.stdout, "endpoint")).toMatchObject([{ state: "stopped" }]);
    expect(left()).toEqual([]);
    const again = await run(["stop", "node"]);
    expect(again).toMatchObject({ exitCode: 0, stdout: "" });
    expect(again.stderr).toContain("is not up");
    const status = await run(["status", "kept"]);
    expect({ exitCode: status.exitCode, stderr: status.stderr }).toMatchObject({
      exitCode: 69,
      stderr: expect.stringContaining("was stopped"),
    });
  });

  test("that died is seen, said to be dead, and started anew on the same port", async () => {
    const begun = await run(["up", ...serving(), "--detach"]);
    const [endpoint] = ofType<Endpoint>(begun.stdout, "endpoint");
    const name = endpoint?.name ?? "";
    process.kill(Number(/fake server (\d+)/.exec(logOf(name))?.[1]), "SIGKILL");
    await nothingIsLeft();
    const { stdout, stderr, exitCode } = await run(["status"]);
    expect(exitCode).toBe(69);
    expect(ofType(stdout, "endpoint")).toMatchObject([{ name, state: "failed" }]);
    expect(stderr).toContain(`${name} is dead: it ended with signal SIGKILL`);
    const again = await run(["up", ...serving(), "--detach"]);
    expect(ofType(again.stdout, "endpoint")).toMatchObject([
      { name, state: "ready", base_url: endpoint?.base_url },
    ]);
  });

  test("that is stopped under a user ends that one, in order where it only served", async () => {
    const child = up(serving());
    const { name } = await endpointOf(child);
    expect(await run(["stop", name])).toMatchObject({ exitCode: 0 });
    const { stdout, stderr, exitCode } = await child;
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(ofType(String(stdout), "endpoint").at(-1)).toMatchObject({ state: "stopped" });
  });
});

test("stop ends a server that is still starting, and whoever waits for it", async () => {
  const child = up(serving("--hang"));
  await oneLoads();
  const stopped = await run(["stop", "--all"]);
  expect(stopped).toMatchObject({ exitCode: 0, stderr: "" });
  expect(ofType(stopped.stdout, "endpoint")).toMatchObject([{ state: "stopped" }]);
  expect(await child).toMatchObject({ exitCode: 69 });
  expect(left()).toEqual([]);
  expect(ofType((await run(["list"])).stdout, "endpoint")).toMatchObject([{ state: "stopped" }]);
});

test("logs: the last lines, and what comes after them until the server ends", async () => {
  const child = up(serving());
  const { name } = await endpointOf(child);
  const log = fileOf(name, "server.log");
  appendFileSync(log, "one\ntwo\nthree\n");
  expect(await run(["logs", name, "--lines", "2"])).toMatchObject({ stdout: "two\nthree\n" });
  const follow = start("mx-serve", ["logs", "-f", "-n", "1", name], temp.env);
  await new Promise((resolve) => follow.stdout?.once("data", resolve));
  appendFileSync(log, "four\n");
  await sleep(300);
  child.kill("SIGTERM");
  await child;
  expect(await follow).toMatchObject({ exitCode: 0, stdout: "three\nfour\n" });
});

describe("names", () => {
  test("may be a beginning or a model; what is unknown or is meant twice is an error", async () => {
    const [one, two] = [up(serving("", "a/one")), up(serving("", "a/two"))];
    const [first] = await Promise.all([endpointOf(one), endpointOf(two)]);
    expect(ofType((await run(["status", "a/one"])).stdout, "endpoint")).toEqual([first]);
    expect(await run(["status", "node"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('2 servers are "node"'),
    });
    expect(await run(["logs", "llama"])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('there is no server "llama"'),
    });
    const stopped = await run(["stop", "--all"]);
    expect(ofType(stopped.stdout, "endpoint")).toHaveLength(2);
    await Promise.all([one, two]);
  });

  test("wrong flags", async () => {
    expect(await run(["stop"])).toMatchObject({ exitCode: 2 });
    expect(await run(["up", ...serving(), "--detach", "--", "true"])).toMatchObject({
      exitCode: 2,
    });
    expect(await run(["up", ...serving(), "--on", "mars"])).toMatchObject({ exitCode: 2 });
    expect(await run(["list"])).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(await run(["list"], { MX_HOME: fake })).toMatchObject({
      exitCode: 69,
      stderr: expect.stringContaining(`cannot read ${fake}/servers: ENOTDIR`),
    });
  });

  test("a folder that is damaged is named, and the others are listed", async () => {
    const child = up(serving());
    const { name } = await endpointOf(child);
    const bad = fileOf(name, "endpoint.json");
    const good = readFileSync(bad);
    writeFileSync(bad, "{");
    expect(await run(["list"])).toMatchObject({
      exitCode: 0,
      stdout: "",
      stderr: expect.stringContaining(`${name}: ${bad} is damaged`),
    });
    writeFileSync(bad, good);
    child.kill("SIGTERM");
    await child;
  });
});

testFull("mx-proxy's scripted model is served as an engine is", async () => {
  const proxy = join(root, "packages/mx-proxy/bin.js");
  const line = `${process.execPath} ${proxy} --script ${smokeScript} --port {port}`;
  const flags = ["--engine", "command", "--command", line, "--api-key-env", "MX_PROXY_SECRET"];
  const ask = `curl -s -H "authorization: Bearer $OPENAI_API_KEY" $OPENAI_BASE_URL/models`;
  const { stdout, exitCode } = await run(["up", ...flags, "--", "sh", "-c", ask]);
  expect({ exitCode, list: JSON.parse(stdout) }).toMatchObject({
    exitCode: 0,
    list: { data: [{ id: "scripted" }] },
  });
});
