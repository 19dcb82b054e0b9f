import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundledAgent, startAgent } from "./testing/bundled-agent.ts";
import { bundledMcpServer, remoteMcpServer } from "./testing/bundled-mcp-server.ts";
import { modelServer, says, type Answer } from "./testing/model-server.ts";
import { folderOf, runToEnd } from "./testing/run-to-end.ts";

let bundle: Awaited<ReturnType<typeof bundledAgent>>;
let server: Awaited<ReturnType<typeof bundledMcpServer>>;
beforeAll(async () => {
  [bundle, server] = await Promise.all([bundledAgent(), bundledMcpServer()]);
});
afterAll(() => Promise.all([bundle, server].map((one) => one?.[Symbol.asyncDispose]())));

const stdio = () => ({ command: process.execPath, args: [server.file] });
const calls = (...list: [string, unknown][]) => says({ calls: list });

/** Runs with a configuration; the results of all calls come with what there is of any run. */
async function run(config: unknown, answers: Answer[], args: string[] = [], env = {}) {
  await using folder = await folderOf({ "mcp.json": JSON.stringify(config) });
  const given = ["go", "--mcp-config", join(folder.path, "mcp.json"), ...args];
  const ended = await runToEnd(bundle.file, answers, given, { env });
  const messages = (ended.asked.at(-1)?.body.messages ?? []) as { role: string; content: string }[];
  return {
    ...ended,
    results: messages.filter(({ role }) => role === "tool").map((m) => m.content),
  };
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a server over stdio: its tools are offered and called, with arguments checked by the server", async () => {
  const { exitCode, stderr, results, asked, trajectory } = await run({ "my srv": stdio() }, [
    calls(
      ["mcp__my_srv__echo", { text: "hä" }],
      ["mcp__my_srv__echo", { text: 7 }],
      ["mcp__my_srv__echo", "[1]"],
      ["mcp__my_srv__fail", {}],
      ["mcp__my_srv__none", {}],
    ),
    says("done"),
  ]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(results).toEqual([
    "echo: hä",
    expect.stringMatching(/Input validation error.*text/s),
    "Error: the arguments are no object",
    "no such row",
    expect.stringMatching(/^Error: there is no tool "mcp__my_srv__none"/),
  ]);
  const tools = asked[0]!.body.tools.map((tool: { function: unknown }) => tool.function);
  expect(tools).toContainEqual({
    name: "mcp__my_srv__echo",
    description: "Says it again.",
    parameters: expect.objectContaining({
      properties: { text: { type: "string" } },
      required: ["text"],
    }),
  });
  for (const { name } of tools) expect(name).toMatch(/^[\w-]{1,64}$/);
  expect(asked[0]!.body.messages[0].content).toContain("The MCP server my srv says:\nAsk me for");
  expect(trajectory.agent.extra.mcp_servers[0]).toMatchObject({
    name: "my srv",
    version: "test 3",
    tools: { mcp__my_srv__echo: "echo" },
  });
  const { observation } = trajectory.steps[2];
  expect(observation.results.map(({ extra }: { extra: object }) => extra)).toEqual([
    { elapsed_ms: expect.any(Number) },
    ...Array(4).fill({ failed: true, elapsed_ms: expect.any(Number) }),
  ]);
});

test.for(["http", "sse"] as const)("a server over %s, with headers", async (kind) => {
  await using remote = await remoteMcpServer(server.file, kind);
  const headers = { "x-key": "${SERVER_KEY}" };
  const answers = [calls(["mcp__far__echo", { text: "open-sesame-42" }]), says("done")];
  const env = { SERVER_KEY: "open-sesame-42" };
  const typed = await run({ far: { type: kind, url: remote.url, headers } }, answers, [], env);
  // A secret that the configuration puts in is masked wherever it comes back.
  expect(typed).toMatchObject({ exitCode: 0, results: ["echo: ***"] });
  const found = await run({ far: { url: remote.url, headers } }, answers, [], env);
  expect(found).toMatchObject({ exitCode: 0, results: ["echo: ***"] });
});

test("long results are cut and kept in a file; images are saved; resources are shown", async () => {
  const { results } = await run({ s: stdio() }, [
    calls(["mcp__s__big", {}], ["mcp__s__parts", {}]),
    (response, asked) => {
      const saved = asked.body.messages
        .slice(-2)
        .map(({ content }: { content: string }) => content);
      const [text] = /\S*output-1\.txt/.exec(saved[0])!;
      const [image] = /\S*\.png/.exec(saved[1])!;
      calls(["Bash", { command: `wc -l < ${text}; wc -c < ${image}` }])(response, asked);
    },
    says("done"),
  ]);
  expect(results[0]!.length).toBeLessThan(31_000);
  expect(results[0]).toMatch(/bytes cut here; the whole text is in .*output-1\.txt.*\nthe end$/s);
  expect(results[1]).toMatch(
    /^see:\n\[image, image\/png, 70 bytes; saved in .*\.png\]\n\[resource memo:\/\/1\]\nremember\n\[link to the resource memo:\/\/2: second\]$/,
  );
  expect(results[2]).toBe("60000\n70");
});

test("the server's environment: what is configured, not the agent's key; in the agent's folder", async () => {
  const config = { s: { ...stdio(), env: { GREETING: "hi ${WHO:-you}" } } };
  const { results } = await run(config, [calls(["mcp__s__env", {}]), says("done")]);
  expect(JSON.parse(results[0]!)).toEqual([
    "hi you",
    null,
    expect.stringContaining("mx-agent-run-"),
    expect.any(Number),
  ]);
});

test("a call that takes too long is an error that the model reads, and the server goes on", async () => {
  const { exitCode, results } = await run(
    { s: stdio() },
    [calls(["mcp__s__slow", {}], ["mcp__s__echo", { text: "on" }]), says("done")],
    ["--mcp-call-timeout", "1"],
  );
  expect(exitCode).toBe(0);
  expect(results).toEqual([expect.stringMatching(/^Error: no answer after 1000 ms/), "echo: on"]);
});

const sh = (script: string) => ({ command: "sh", args: ["-c", script] });

test.for<[string, unknown, RegExp]>([
  ["a command that does not exist", { command: "/no/such/program" }, /"s": spawn .*ENOENT/],
  [
    "one that ends at once",
    sh("echo 'no config found' >&2; exit 3"),
    /exit status 3\)?\nno config found$/,
  ],
  [
    "one that never answers",
    sh("echo 'still loading' >&2; exec sleep 600"),
    /it was not ready after 2000 ms\nstill loading$/,
  ],
  ["one that only talks nonsense", sh("yes"), /1000 lines of its output are no messages/],
  ["one whose output has no line end", sh("cat /dev/zero"), /over 33554432 bytes/],
  ["one whose stderr never ends", sh("yes >&2 & sleep 600"), /not ready after 2000 ms\n(y\n)*y$/],
  [
    "an answer that is none",
    sh(`read line; echo '{"jsonrpc":"2.0","id":0,"result":{"protocolVersion":5}}'; sleep 600`),
    /"s": /,
  ],
  [
    "a port where nobody listens",
    { type: "http", url: "http://127.0.0.1:9/" },
    /"s": .*ECONNREFUSED/s,
  ],
  ["the same, for sse", { type: "sse", url: "http://127.0.0.1:9/" }, /"s": .*/s],
])("%s: 69 before anything is asked, with its stderr in the report", async ([, one, fault]) => {
  const config = { good: stdio(), s: one };
  const args = ["--mcp-start-timeout", "2"];
  const { exitCode, stdout, report, asked, stderr } = await run(config, [says("never")], args);
  expect({ exitCode, stdout, asked }).toEqual({ exitCode: 69, stdout: "", asked: [] });
  expect(report).toMatchObject({ outcome: "infra_error", turns: 0, fault: "mcp_failed" });
  expect(report.error).toMatch(fault);
  expect(report.error!.length).toBeLessThan(6000);
  expect(stderr).toContain("MCP server");
});

test("a key that is wrong", async () => {
  await using remote = await remoteMcpServer(server.file, "http");
  const config = { s: { type: "http", url: remote.url, headers: { "x-key": "wrong-key-77" } } };
  const { exitCode, report } = await run(config, [says("never")]);
  expect(exitCode).toBe(69);
  expect(report.error).toMatch(/"s": .*who are you\?/s);
});

test("a server that dies in a call, or between calls, ends the run with its last words", async () => {
  const dies = await run({ s: stdio() }, [calls(["mcp__s__quit", {}]), says("never")]);
  expect(dies).toMatchObject({
    exitCode: 69,
    stdout: "",
    report: { turns: 1, fault: "mcp_failed" },
  });
  expect(dies.report.error).toMatch(/^MCP server "s": ended by SIGKILL\n.*the disk is on fire$/s);
  expect(dies.asked).toHaveLength(1);
  const killed = await run({ s: stdio() }, [
    calls(["mcp__s__env", {}]),
    (response, asked) => {
      const pid = JSON.parse(asked.body.messages.at(-1).content)[3];
      calls(["Bash", { command: `kill ${pid}; sleep 0.5` }])(response, asked);
    },
    says("never"),
  ]);
  expect(killed).toMatchObject({ exitCode: 69, report: { turns: 2, fault: "mcp_failed" } });
  expect(killed.report.error).toMatch(/ended by SIGTERM/);
});

test.for(["http", "sse"] as const)("a server over %s that dies in a call", async (kind) => {
  await using remote = await remoteMcpServer(server.file, kind);
  const config = { s: { type: kind, url: remote.url, headers: { "x-key": "open-sesame-42" } } };
  const started = Date.now();
  const { exitCode, report } = await run(config, [calls(["mcp__s__quit", {}]), says("never")]);
  expect({ exitCode, report }).toMatchObject({ exitCode: 69, report: { fault: "mcp_failed" } });
  // Not by the clock of the call, which is 300 s.
  expect(Date.now() - started).toBeLessThan(30_000);
});

test.for(["SIGKILL", "SIGTERM", null] as const)(
  "a server and what it started end with the agent (%s)",
  async (signal) => {
    await using model = await modelServer(
      calls(["mcp__s__nap", {}], ["Bash", { command: "sleep 600 & echo $!" }]),
      signal === null ? says("done") : () => {},
    );
    await using folder = await folderOf({ "mcp.json": JSON.stringify({ s: stdio() }) });
    const args = ["go", "--mcp-config", join(folder.path, "mcp.json")];
    await using agent = await startAgent(bundle.file, model.url, args);
    await expect.poll(() => model.asked.length, { timeout: 30_000 }).toBe(2);
    const pids = model.asked[1]!.body.messages.filter(
      ({ role }: { role: string }) => role === "tool",
    ).map(({ content }: { content: string }) => Number(/^\d+/.exec(content)?.[0]));
    expect(pids).toHaveLength(2);
    if (signal !== null) {
      expect(pids.map(isAlive)).toEqual([true, true]);
      agent.child.kill(signal);
    }
    await agent.ended;
    await expect.poll(() => pids.map(isAlive), { timeout: 30_000 }).toEqual([false, false]);
  },
);

test("calls that change nothing run together; the others in order", async () => {
  await using folder = await folderOf({});
  const log = join(folder.path, "log");
  // Each waits for a message of the other: one after the other, they would wait for ever.
  const script = `
    const { appendFileSync, readFileSync } = require("node:fs");
    let rest = "";
    const send = (id, result) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result }) + "\\n");
    const waiting = [];
    process.stdin.on("data", (chunk) => {
      const lines = (rest + chunk).split("\\n");
      rest = lines.pop();
      for (const { id, method, params } of lines.map((line) => JSON.parse(line))) {
        if (method === "initialize") send(id, { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "t", version: "1" } });
        if (method === "tools/list") send(id, { tools: ["meet", "alone"].map((name) => ({ name, inputSchema: { type: "object" }, annotations: { readOnlyHint: name === "meet" } })) });
        if (method !== "tools/call") continue;
        const answer = () => send(id, { content: [{ type: "text", text: params.name + " " + id }] });
        if (params.name === "meet") { waiting.push(answer); if (waiting.length === 2) waiting.reverse().forEach((one) => one()); }
        else { appendFileSync(${JSON.stringify(log)}, "alone\\n"); setTimeout(() => { appendFileSync(${JSON.stringify(log)}, "done\\n"); answer(); }, 100); }
      }
    });`;
  await writeFile(join(folder.path, "server.cjs"), script);
  const config = { s: { command: process.execPath, args: [join(folder.path, "server.cjs")] } };
  const names = ["meet", "meet", "alone", "alone"];
  const { exitCode, results } = await run(
    config,
    [calls(...names.map((name): [string, unknown] => [`mcp__s__${name}`, {}])), says("done")],
    ["--mcp-call-timeout", "20"],
  );
  expect(exitCode).toBe(0);
  // In the order of the calls, though the answers came in the other.
  expect(results.map((text) => text.split(" ")[0])).toEqual(names);
  const ids = results.map((text) => Number(text.split(" ")[1]));
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
  expect(await readFile(log, "utf8")).toBe("alone\ndone\nalone\ndone\n");
});

test("a configuration that is wrong is a usage error", async () => {
  await using folder = await folderOf({ "mcp.json": "{}" });
  const args = ["go", "--mcp-config", join(folder.path, "mcp.json")];
  await using agent = await startAgent(bundle.file, "http://127.0.0.1:9/v1", args);
  const { exitCode, stderr } = await agent.ended;
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/--mcp-config .*mcp\.json: top level: names no server/);
});
