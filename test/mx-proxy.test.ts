import { fileBytes, recordTypes, Task } from "@mx/records";
import { execa } from "execa";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";

const root = join(import.meta.dirname, "..");
const bin = join(root, "packages/mx-proxy/bin.js");
const smokeScript = join(root, "fixtures/scripts/smoke.ndjson");
const secret = "a-secret-of-the-process-tests";
const chat = { model: "scripted", messages: [{ role: "user", content: "What is 17 * 23 + 4?" }] };

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "mx-proxy-test-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** mx-proxy as a process, with nothing of this process's settings. */
function start(args: string[], env: Record<string, string> = {}) {
  return execa(process.execPath, [bin, ...args], {
    reject: false,
    extendEnv: false,
    env: { PATH: process.env["PATH"] ?? "", TMPDIR: folder, MX_PROXY_SECRET: secret, ...env },
    stdin: "pipe",
  });
}

type Running = ReturnType<typeof start>;

/** Lines of stdout as they come. */
async function nextLines(proxy: Running, count: number): Promise<Record<string, never>[]> {
  let text = "";
  for await (const chunk of proxy.stdout) {
    text += String(chunk);
    if (text.split("\n").length > count) break;
  }
  return text
    .split("\n")
    .slice(0, count)
    .map((line) => JSON.parse(line));
}

/** The endpoint record, once it is there. stdout goes on flowing. */
function endpointOf(proxy: Running): Promise<z.infer<typeof recordTypes.endpoint>> {
  return new Promise((resolve, reject) => {
    let text = "";
    proxy.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const end = text.indexOf("\n");
      if (end !== -1) resolve(recordTypes.endpoint.parse(JSON.parse(text.slice(0, end))));
    });
    void proxy.then(({ stderr }) => reject(new Error(`mx-proxy ended: ${stderr}`)));
  });
}

function post(url: string, body: object, key = secret): Promise<Response> {
  return fetch(`${url}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
}

function requests(stdout: string): z.infer<typeof recordTypes.request>[] {
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  return lines
    .filter(({ type }) => type === "request")
    .map((line) => recordTypes.request.parse(line));
}

describe("as a server", () => {
  test("prints its endpoint, then one record per call, and ends with 143 on SIGTERM", async () => {
    const proxy = start(["--script", smokeScript]);
    const endpoint = await endpointOf(proxy);
    expect(endpoint).toMatchObject({
      name: "scripted",
      engine: "mx-proxy",
      models: ["scripted"],
      state: "ready",
      api_key_env: "MX_PROXY_SECRET",
      handle: { pid: proxy.pid },
    });
    expect((await post(endpoint.base_url, chat)).status).toBe(200);
    expect((await post(endpoint.base_url, chat, "wrong")).status).toBe(401);
    proxy.kill("SIGTERM");
    const { stdout, stderr, exitCode } = await proxy;
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 143 });
    expect(requests(stdout).map(({ state }) => state)).toEqual(["ok", "refused"]);
    expect(stdout).not.toContain(secret);
    await expect(stat(String(endpoint.handle["socket"]))).rejects.toThrow();
  });

  test("SIGINT drains: a call that is under way gets its answer, and its record", async () => {
    const script = join(folder, "slow.ndjson");
    await writeFile(script, '{"task":"*","turn":1,"content":"late","delay_ms":500}');
    const proxy = start(["--script", script]);
    const { base_url } = await endpointOf(proxy);
    const call = post(base_url, chat);
    await sleep(150);
    proxy.kill("SIGINT");
    expect((await call).status).toBe(200);
    const { stdout, exitCode } = await proxy;
    expect(exitCode).toBe(130);
    expect(requests(stdout)).toMatchObject([{ state: "ok", status: 200 }]);
  });

  test("a second signal, or the drain timeout, does not wait for a call that hangs", async () => {
    const script = join(folder, "hang.ndjson");
    await writeFile(script, '{"task":"*","turn":1,"hang":true}');
    for (const args of [[], ["--drain-timeout", "0.2"]]) {
      const proxy = start(["--script", script, ...args]);
      const { base_url } = await endpointOf(proxy);
      const call = post(base_url, chat).catch(() => "cut");
      await sleep(150);
      const asked = performance.now();
      proxy.kill("SIGTERM");
      if (args.length === 0) {
        await sleep(100);
        proxy.kill("SIGTERM");
      }
      const { stdout, exitCode } = await proxy;
      expect(performance.now() - asked).toBeLessThan(4000);
      expect(await call).toBe("cut");
      expect(exitCode).toBe(143);
      expect(requests(stdout)).toMatchObject([
        { state: "cancelled", error: "mx-proxy was stopped" },
      ]);
    }
  });

  test("ends when stdin closes, if asked to", async () => {
    const proxy = start(["--script", smokeScript, "--until-stdin-closes", "--no-tcp"]);
    const { handle } = await endpointOf(proxy);
    const status = await new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${secret}` };
      const options = { socketPath: String(handle["socket"]), path: "/v1/models", headers };
      request(options, (response) => resolve(response.resume().statusCode))
        .on("error", reject)
        .end();
    });
    expect(status).toBe(200);
    proxy.stdin.end();
    const { stdout, stderr, exitCode } = await proxy;
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(requests(stdout)).toMatchObject([{ path: "/v1/models", state: "ok" }]);
  });

  test("ends quietly when nobody reads its stdout any more", async () => {
    const proxy = start(["--script", smokeScript]);
    const [endpoint] = await nextLines(proxy, 1);
    proxy.stdout.destroy();
    while (proxy.exitCode === null) {
      await post(String(endpoint?.["base_url"]), chat).catch(() => {});
      await sleep(20);
    }
    const { stderr, exitCode } = await proxy;
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  });

  test("with --ledger the records are in the file, and none on stdout", async () => {
    const ledger = join(folder, "ledger.ndjson");
    const proxy = start(["--script", smokeScript, "--ledger", ledger]);
    const { base_url } = await endpointOf(proxy);
    await Promise.all(Array.from({ length: 20 }, () => post(base_url, chat)));
    proxy.kill("SIGTERM");
    const { stdout } = await proxy;
    expect(stdout.trim().split("\n").length).toBe(1);
    expect(requests(await readFile(ledger, "utf8")).length).toBe(20);
    expect((await stat(ledger)).mode & 0o777).toBe(0o600);
  });

  test("without a secret it says that nobody can call", async () => {
    const proxy = start(["--script", smokeScript], { MX_PROXY_SECRET: "" });
    await endpointOf(proxy);
    proxy.kill("SIGTERM");
    expect((await proxy).stderr).toContain("MX_PROXY_SECRET is not set");
  });

  test("in front of an upstream: starts before that does, and keeps its key to itself", async () => {
    const keys: (string | undefined)[] = [];
    const upstream = createServer((call, response) => {
      keys.push(call.headers.authorization);
      response.setHeader("content-type", "application/json").end('{"data":[{"id":"m-1"}]}');
    });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    const env = { OPENAI_BASE_URL: url, GROQ_KEY: "gsk-0123456789", OPENAI_API_KEY: "sk-other" };
    const proxy = start(["--upstream-key-env", "GROQ_KEY"], env);
    const endpoint = await endpointOf(proxy);
    expect(endpoint).toMatchObject({ name: "mx-proxy", models: ["m-1"] });
    expect((await post(endpoint.base_url, chat)).status).toBe(200);
    expect(keys).toEqual(["Bearer gsk-0123456789", "Bearer gsk-0123456789"]);
    proxy.kill("SIGTERM");
    expect((await proxy).stdout).not.toContain("gsk-");
    upstream.close();
    upstream.closeAllConnections();
    const alone = start(["--upstream", url]);
    expect(await endpointOf(alone)).toMatchObject({ models: [], state: "ready" });
    alone.kill("SIGTERM");
    await alone;
  });
});

describe("with a command", () => {
  test("runs it against the proxy, and stdout is the command's own", async () => {
    const program = `
      const { OPENAI_BASE_URL, OPENAI_API_KEY, MX_PROXY_SECRET, MX_PROXY_SCRIPT, UP } = process.env;
      const body = JSON.stringify(${JSON.stringify(chat)});
      const headers = { authorization: "Bearer " + OPENAI_API_KEY };
      const reply = await fetch(OPENAI_BASE_URL + "/chat/completions", { method: "POST", body, headers });
      const { choices } = await reply.json();
      console.log(choices[0].message.content, OPENAI_API_KEY === MX_PROXY_SECRET, MX_PROXY_SCRIPT, UP);
      process.exitCode = 5;`;
    const command = ["--", process.execPath, "--input-type=module", "-e", program];
    const ledger = join(folder, "l");
    const args = ["--upstream-key-env", "UP", "--ledger", ledger, ...command];
    const env = { MX_PROXY_SCRIPT: smokeScript, UP: "sk-upstream" };
    const { stdout, stderr, exitCode } = await start(args, env);
    expect({ stdout, stderr, exitCode }).toEqual({
      stdout: "I will compute it. true undefined undefined",
      stderr: "",
      exitCode: 5,
    });
    expect(requests(await readFile(ledger, "utf8")).length).toBe(1);
  });

  test("OPENAI_API_BASE, which some clients read first, does not lead past the proxy", async () => {
    const command = ["--", "sh", "-c", 'echo "$OPENAI_API_BASE"; echo "$OPENAI_BASE_URL"'];
    const env = { OPENAI_API_BASE: "http://127.0.0.1:9/v1" };
    const { stdout, exitCode } = await start(["--script", smokeScript, ...command], env);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^(http:\S+)\n\1$/);
    expect(stdout).not.toContain(":9/");
  });

  test.for([
    ["exit 0", 0],
    ["exit 77", 77],
    ["kill -TERM $$", 143],
    ["kill -KILL $$", 137],
  ] as const)("ends with its status: %s", async ([line, status]) => {
    const { exitCode } = await start(["--script", smokeScript, "--", "sh", "-c", line]);
    expect(exitCode).toBe(status);
  });

  test("a command that is not there, or is no program, is said", async () => {
    const missing = await start(["--script", smokeScript, "--", "no-such-command"]);
    expect([missing.exitCode, missing.stdout]).toEqual([127, ""]);
    expect(missing.stderr).toContain("command not found: no-such-command");
    const folderAsCommand = await start(["--script", smokeScript, "--", folder]);
    expect(folderAsCommand.exitCode).toBe(126);
  });

  test.for([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("%s goes on to the command, which cleans up first", async ([signal, status]) => {
    const program = `
      process.on("${signal}", () => setTimeout(() => { console.log("cleaned up"); process.exit(${status}); }, 100));
      setInterval(() => {}, 1000); console.log("ready");`;
    const proxy = start(["--script", smokeScript, "--", process.execPath, "-e", program]);
    await new Promise((resolve) => proxy.stdout.once("data", resolve));
    proxy.kill(signal);
    const { stdout, exitCode } = await proxy;
    expect({ stdout, exitCode }).toEqual({ stdout: "ready\ncleaned up", exitCode: status });
  });
});

describe("what is wrong is said", () => {
  test.for([
    [["--sript", "x"], 2, "did you mean --script?"],
    [[], 2, "there is no upstream"],
    [["--script", smokeScript, "--upstream", "http://h"], 2, "exclude each other"],
    [["--script", "/no/such/file"], 2, "no such file"],
    [["--upstream", "nonsense"], 2, "not a URL"],
    [["--script", smokeScript, "--port", "70000"], 2, "--port"],
    [["--script", smokeScript, "--no-tcp", "--", "true"], 2, "--no-tcp"],
    [["--script", smokeScript, "--ledger", "/no/such/folder/l"], 2, "--ledger"],
  ] as const)("%j", async ([args, status, part]) => {
    const proxy = start([...args]);
    // Else it would wait for the upstreams that could come there.
    proxy.stdin.end();
    const { exitCode, stdout, stderr } = await proxy;
    expect({ exitCode, stdout }).toEqual({ exitCode: status, stdout: "" });
    expect(stderr).toContain(part);
    expect(stderr).not.toContain("    at ");
  });

  test("a bad line of the script is named, with 65", async () => {
    const script = join(folder, "bad.ndjson");
    await writeFile(script, '{"task":"a","turn":1,"content":"x"}\n{"task":"a","turn":"two"}\n');
    const { exitCode, stderr, stdout } = await start(["--script", script]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 65, stdout: "" });
    expect(stderr).toContain(`${script}:2: `);
  });

  test("a port that is taken, and a secret that is too short", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const port = String((server.address() as AddressInfo).port);
    const taken = await start(["--script", smokeScript, "--port", port]);
    expect([taken.exitCode, taken.stderr.includes(port)]).toEqual([2, true]);
    server.close();
    const short = await start(["--script", smokeScript], { MX_PROXY_SECRET: "short" });
    expect([short.exitCode, short.stderr.includes("16")]).toEqual([2, true]);
  });
});

test("the README shows the --help that there is", async () => {
  const { stdout } = await start(["--help"]);
  const readme = await readFile(join(root, "packages/mx-proxy/README.md"), "utf8");
  expect(readme).toContain(`\`\`\`text\n${stdout.trimEnd()}\n\`\`\``);
});

describe("the smoke tasks", () => {
  const tasks = z
    .array(z.record(z.string(), z.unknown()))
    .parse(JSON.parse(readFileSync(join(root, "fixtures/tasks/smoke.json"), "utf8")))
    .map((task) => Task.parse({ type: "task", version: 1, ...task }));

  test("are the five of old, with their turns", () => {
    expect(tasks.map(({ id, max_turns }) => [id, max_turns])).toEqual([
      ["math-simple", 3],
      ["file-create", 5],
      ["bash-command", 3],
      ["code-fix", 8],
      ["grep-search", 8],
    ]);
  });

  test.for(tasks.flatMap((task) => [0, 1].map((trial) => [task.id, trial] as const)))(
    "%s, trial %d: the script's tool calls do what the checks ask, but for code-fix after trial 0",
    async ([id, trial]) => {
      const task = tasks.find((one) => one.id === id) as Task;
      const proxy = start(["--script", smokeScript]);
      const { base_url } = await endpointOf(proxy);
      const workspace = join(folder, "workspace");
      await mkdir(workspace);
      for (const [path, content] of Object.entries(task.files ?? {})) {
        await put(join(workspace, path), fileBytes(content).bytes.toString());
      }
      const { output, turns } = await play(base_url, task, trial, workspace);
      expect(turns).toBeLessThanOrEqual(task.max_turns ?? 0);
      const passed = await allPass(task, output, workspace, folder);
      expect(passed).toBe(id !== "code-fix" || trial === 0);
      proxy.kill("SIGTERM");
      await proxy;
    },
  );
});

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

type Arguments = Record<string, string>;

/** The tools of an agent, as small as they can be. */
const tools: Record<string, (given: Arguments, cwd: string) => Promise<unknown>> = {
  Bash: ({ command = "" }, cwd) => execa("sh", ["-c", command], { cwd }),
  Read: ({ file_path = "" }, cwd) => readFile(join(cwd, file_path), "utf8"),
  Write: ({ file_path = "", content = "" }, cwd) => put(join(cwd, file_path), content),
  Glob: ({ pattern = "" }, cwd) => execa("sh", ["-c", `ls -d ${pattern}`], { cwd }),
  Grep: ({ pattern = "", path = "." }, cwd) => execa("grep", ["-rn", pattern, path], { cwd }),
  async Edit({ file_path = "", old_string = "", new_string = "" }, cwd) {
    const text = await readFile(join(cwd, file_path), "utf8");
    expect(text.split(old_string).length).toBe(2);
    await writeFile(
      join(cwd, file_path),
      text.replace(old_string, () => new_string),
    );
  },
};

/** Plays a task to its end, as an agent does: every tool call is made, and must work. */
async function play(url: string, task: Task, trial: number, workspace: string) {
  const messages: object[] = [{ role: "user", content: task.prompt }];
  for (let turns = 1; ; turns += 1) {
    const response = await fetch(`${url}/chat/completions`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${secret}`,
        "x-mx-task": task.id,
        "x-mx-trial": String(trial),
      },
      body: JSON.stringify({ model: "scripted", messages }),
    });
    expect(response.status).toBe(200);
    const { choices } = (await response.json()) as {
      choices: { message: { content: string | null; tool_calls?: ToolCall[] } }[];
    };
    const message = choices[0]?.message;
    if (message?.tool_calls === undefined) return { output: message?.content ?? "", turns };
    messages.push({ role: "assistant", ...message });
    for (const { id, function: call } of message.tool_calls) {
      await tools[call.name]?.(JSON.parse(call.arguments) as Arguments, workspace);
      messages.push({ role: "tool", tool_call_id: id, content: "ok" });
    }
  }
}

interface ToolCall {
  id: string;
  function: { name: string; arguments: string };
}

async function allPass(task: Task, output: string, workspace: string, scratch: string) {
  for (const check of task.checks ?? []) {
    if (check.kind === "output" || check.kind === "file") {
      const path = check.kind === "file" ? check.path : null;
      const text = path === null ? output : await readFile(join(workspace, path), "utf8");
      if (check.equals !== undefined && text.trim() !== check.equals.trim()) return false;
      if (check.contains !== undefined && !text.includes(check.contains)) return false;
    } else if (check.kind === "json") {
      expect(JSON.parse(await readFile(join(workspace, check.path ?? ""), "utf8"))).toEqual(
        check.equals,
      );
    } else if (check.kind === "exit_code") {
      for (const [name, content] of Object.entries(check.files ?? {})) {
        await put(join(scratch, "checks", name), fileBytes(content).bytes.toString());
      }
      const env = { MX_CHECKS: join(scratch, "checks") };
      const { exitCode } = await execa("sh", ["-c", String(check.command)], {
        cwd: workspace,
        env,
        reject: false,
      });
      if (exitCode !== 0) return false;
    }
  }
  return true;
}
