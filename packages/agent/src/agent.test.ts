import { trajectoryFaults } from "@mx/records";
import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundledAgent, startAgent } from "./testing/bundled-agent.ts";
import { event, fails, modelServer, says, type Answer } from "./testing/model-server.ts";
import { runToEnd } from "./testing/run-to-end.ts";

let bundle: Awaited<ReturnType<typeof bundledAgent>>;
beforeAll(async () => {
  bundle = await bundledAgent();
});
afterAll(() => bundle?.[Symbol.asyncDispose]());

const run = (...rest: Parameters<typeof runToEnd> extends [string, ...infer R] ? R : never) =>
  runToEnd(bundle.file, ...rest);

const bash = (command: string) => says({ content: "working", calls: [["Bash", { command }]] });

test("the one file carries out a task alone: calls in order, answer, report, trajectory", async () => {
  const { exitCode, stdout, stderr, report, trajectory, asked } = await run(
    [
      says({
        reasoning: "first write, then read",
        calls: [
          ["Write", { file_path: "a.txt", content: "Größe" }],
          ["Read", { file_path: "a.txt" }],
          ["Bash", { command: "echo $OPENAI_API_KEY-; exit 4" }],
          ["Nope", {}],
        ],
      }),
      says("all done — ✓"),
    ],
    ["do it"],
  );
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 0,
    stdout: "all done — ✓\n",
    stderr: "",
  });
  expect(report).toEqual({
    outcome: "completed",
    turns: 2,
    usage: {
      input_tokens: 20,
      output_tokens: 10,
      cached_input_tokens: 8,
      reasoning_tokens: 4,
      calls: 2,
    },
    error: null,
  });
  expect(asked).toHaveLength(2);
  const results = asked[1]!.body.messages.filter(({ role }: { role: string }) => role === "tool");
  expect(results.map(({ content }: { content: string }) => content)).toEqual([
    expect.stringMatching(/^Wrote 7 bytes/),
    "     1\tGröße",
    "-\n[exit status 4]",
    expect.stringMatching(/^Error: there is no tool "Nope"/),
  ]);
  expect(
    trajectory.steps.map(({ source, message }: Record<string, string>) => [source, message]),
  ).toEqual([
    ["system", expect.stringContaining("tools")],
    ["user", "do it"],
    ["agent", ""],
    ["agent", "all done — ✓"],
  ]);
  expect(trajectory.steps[2]).toMatchObject({
    model_name: "served",
    reasoning_content: "first write, then read",
    metrics: {
      prompt_tokens: 10,
      completion_tokens: 5,
      cached_tokens: 4,
      extra: { reasoning_tokens: 2 },
    },
    llm_call_count: 1,
  });
  expect(trajectory.agent).toMatchObject({ name: "mx-agent", model_name: "m" });
  expect(trajectory.agent.tool_definitions).toEqual(asked[0]!.body.tools);
  expect(trajectory.final_metrics).toMatchObject({
    total_prompt_tokens: 20,
    total_cached_tokens: 8,
    total_steps: 4,
  });
});

test("without streaming", async () => {
  const { exitCode, stdout, asked } = await run(
    [bash("true"), says("done")],
    ["go", "--no-stream"],
  );
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "done\n" });
  expect(asked[0]!.body.stream).toBe(false);
});

test("the prompt comes from stdin, a file, or messages that it goes on from", async () => {
  const stdin = await run([says("ok")], [], { stdin: "from stdin\n" });
  expect(stdin.asked[0]!.body.messages[1]).toEqual({ role: "user", content: "from stdin\n" });

  await using folder = await startAgent(bundle.file, "http://127.0.0.1:9/v1", [
    "x",
    "--retries",
    "0",
  ]);
  await folder.ended;
  const file = join(folder.cwd, "prompt");
  await writeFile(file, "from a file");
  const prompt = await run([says("ok")], ["--prompt-file", file]);
  expect(prompt.asked[0]!.body.messages[1].content).toBe("from a file");

  const call = {
    id: "7",
    type: "function",
    function: { name: "Bash", arguments: '{"command":"ls"}' },
  };
  const messages = [
    { role: "system", content: "be brief" },
    { role: "user", content: [{ type: "text", text: "hi" }] },
    { role: "assistant", content: null, tool_calls: [call] },
    { role: "tool", tool_call_id: "7", content: "a.txt" },
    { role: "assistant", content: "hello" },
  ];
  await writeFile(file, JSON.stringify(messages));
  const more = await run([says("ok")], ["--messages-file", file, "and now?"]);
  expect(more.asked[0]!.body.messages).toEqual([
    ...messages,
    { role: "user", content: "and now?" },
  ]);
  expect(more.trajectory.steps).toMatchObject([
    { source: "system", message: "be brief" },
    { source: "user", message: "hi" },
    { source: "agent", is_copied_context: true, observation: { results: [{ content: "a.txt" }] } },
    { source: "agent", is_copied_context: true, message: "hello" },
    { source: "user", message: "and now?" },
    { source: "agent", message: "ok" },
  ]);
});

test.for([
  { args: ["x", "--max-turns", "0"], says: /max-turns/ },
  { args: ["x", "y"], says: /unexpected argument "y"/ },
  { args: ["x", "--prompt-file", "/none"], says: /not both/ },
  { args: ["--prompt-file", "/none"], says: /--prompt-file \/none/ },
  { args: ["--messages-file", "/proc/self/status"], says: /not JSON/ },
  { args: ["--messages-file", "/dev/null"], says: /not JSON/ },
  { args: [" "], says: /the prompt is empty/ },
  { args: [], says: /the prompt is empty/ },
  { args: ["x", "--cwd", "/none"], says: /--cwd \/none is not a directory/ },
])("$args is a usage error", async ({ args, says }) => {
  await using agent = await startAgent(bundle.file, "http://127.0.0.1:9/v1", args);
  const { exitCode, stdout, stderr } = await agent.ended;
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(says);
});

test("the turn limit ends with 3, after the last calls were carried out", async () => {
  const { exitCode, stdout, report, asked, files } = await run(
    [bash("echo x >> made")],
    ["go", "--max-turns", "2"],
  );
  expect({ exitCode, stdout, calls: asked.length }).toEqual({
    exitCode: 3,
    stdout: "working\n",
    calls: 2,
  });
  expect(report).toMatchObject({ outcome: "max_turns", turns: 2, error: "not done after 2 turns" });
  expect(files).toContain("made");
});

test("the token limit is a failure that names it", async () => {
  const { exitCode, report } = await run([bash("true")], ["go", "--token-limit", "40"]);
  expect(exitCode).toBe(1);
  expect(report).toMatchObject({
    outcome: "failed",
    turns: 3,
    error: "the token limit of 40 is reached: 45 used",
  });
});

test("faults that pass cost nothing but time: a break, broken JSON, silence, 500, 429 with Retry-After", async () => {
  const started = Date.now();
  const part = event({ choices: [{ delta: { content: "lost" }, finish_reason: null }] });
  const begin = (r: Parameters<Answer>[0]) =>
    r.writeHead(200, { "content-type": "text/event-stream" }).write(part);
  const { exitCode, stdout, stderr, report, asked } = await run(
    [
      (r) => (begin(r), setTimeout(() => r.destroy(), 50)),
      (r) => (begin(r), r.end("data: {broken\n\n")),
      (r) => void begin(r),
      fails(500, "oops", { "retry-after-ms": "1" }),
      fails(429, "slow down", { "retry-after": "1" }),
      says("at last"),
    ],
    ["go", "--request-timeout", "2", "--retries", "5"],
  );
  expect({ exitCode, stdout, calls: asked.length }).toEqual({
    exitCode: 0,
    stdout: "at last\n",
    calls: 6,
  });
  expect(report).toMatchObject({ turns: 1, usage: { calls: 1 } });
  expect(stderr).toMatch(/500: oops; next try in .* \(4 of 5\)\n.*429: slow down/);
  expect(Date.now() - started).toBeGreaterThan(3000);
});

test.for<[string, Answer, number, RegExp]>([
  ["500", fails(500, "down"), 3, /500: down \(3 tries\)/],
  ["a hang", () => {}, 3, /silent for 2 s \(3 tries\)/],
  ["a close", (r) => r.destroy(), 3, /no connection.*\(3 tries\)/],
  [
    "401",
    fails(401, "Incorrect API key provided: sk-very-secret"),
    1,
    /401: Incorrect API key provided: \*\*\*$/,
  ],
  ["404", fails(404, "no such model"), 1, /404: no such model$/],
  ["400 to the first request", fails(400, "bad temperature"), 1, /400: bad temperature$/],
])("%s, for ever: 69, infra_error, nothing on stdout", async ([, answer, calls, error]) => {
  const args = ["go", "--retries", "2", ...(calls === 3 ? ["--request-timeout", "2"] : [])];
  const { exitCode, stdout, stderr, report, asked } = await run([answer], args);
  expect({ exitCode, stdout, calls: asked.length }).toEqual({ exitCode: 69, stdout: "", calls });
  expect(report).toMatchObject({
    outcome: "infra_error",
    turns: 0,
    usage: { calls: 0, input_tokens: null },
  });
  expect(report.error).toMatch(error);
  expect(stderr).not.toContain("sk-very-secret");
});

test("a port where nothing listens: 69", async () => {
  await using agent = await startAgent(bundle.file, "http://127.0.0.1:9/v1", [
    "go",
    "--retries",
    "1",
  ]);
  expect(await agent.ended).toMatchObject({ exitCode: 69, stdout: "" });
  expect(await agent.report()).toMatchObject({ outcome: "infra_error" });
});

test("a model that stops answering after some turns: 69, with what was done so far", async () => {
  const { exitCode, stdout, report, trajectory } = await run(
    [bash("echo 1"), fails(503, "gone")],
    ["go", "--retries", "1"],
  );
  expect({ exitCode, stdout }).toEqual({ exitCode: 69, stdout: "" });
  expect(report).toMatchObject({ outcome: "infra_error", turns: 1, usage: { input_tokens: 10 } });
  expect(trajectory.steps).toHaveLength(3);
});

test("a server that refuses what the model said before: 1, not 69", async () => {
  const { exitCode, report } = await run([bash("echo 1"), fails(400, "bad content")], ["go"]);
  expect(exitCode).toBe(1);
  expect(report).toMatchObject({
    outcome: "failed",
    turns: 1,
    error: expect.stringMatching(/400: bad content/),
  });
});

test("a conversation that is too long is made shorter until the server takes it", async () => {
  const limit = 30_000;
  const wanting =
    (answer: Answer): Answer =>
    (response, asked) =>
      JSON.stringify(asked.body).length > limit
        ? fails(400, {
            message: "This model's maximum context length is exceeded",
            code: "context_length_exceeded",
          })(response, asked)
        : answer(response, asked);
  const big = wanting(bash("seq 1 3000"));
  const { exitCode, stdout, report, trajectory } = await run(
    [(r, asked) => (asked.body.messages.length < 14 ? big : wanting(says("done")))(r, asked)],
    ["go"],
  );
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "done\n" });
  expect(report.turns).toBe(7);
  const pruned = trajectory.steps.filter(
    ({ extra }: { extra?: { context_management?: unknown } }) => extra?.context_management,
  );
  expect(pruned.length).toBeGreaterThan(0);
  // What was dropped from the conversation is still in the trajectory.
  expect(JSON.stringify(trajectory.steps).match(/\\n3000/g)).toHaveLength(6);
});

test("a conversation that cannot be made short enough fails, after a bounded number of tries", async () => {
  const overflow = fails(400, "maximum context length is 10 tokens");
  const first = await run([overflow], ["go"]);
  expect(first).toMatchObject({ exitCode: 1, report: { outcome: "failed" } });
  expect(first.asked).toHaveLength(1);
  const later = await run([bash("seq 1 9000"), overflow], ["go"]);
  expect(later).toMatchObject({ exitCode: 1, report: { outcome: "failed", turns: 1 } });
  expect(later.asked.length).toBeLessThan(12);
});

test("an answer that is cut is gone on with; calls that are cut are not carried out", async () => {
  const answer = await run([says({ content: "one ", finish: "length" }), says("two")], ["go"]);
  expect(answer.stdout).toBe("one two\n");
  const cut = says({ calls: [["Write", '{"file_path":"a","content":"xx']], finish: "length" });
  const { asked, files } = await run([cut, says("ok")], ["go"]);
  expect(asked[1]!.body.messages.at(-1).content).toMatch(/not JSON.*\n.*smaller pieces/);
  expect(files).not.toContain("a");
  // What goes back must be JSON, or some servers refuse the conversation from then on.
  expect(() =>
    JSON.parse(asked[1]!.body.messages[2].tool_calls[0].function.arguments),
  ).not.toThrow();
});

test("empty replies: a word, and in the end a failure", async () => {
  const { exitCode, stdout, report } = await run([says("")], ["go"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(report).toMatchObject({ outcome: "failed", turns: 3 });
});

test("SIGTERM: what runs is ended, the report is written, 143", async () => {
  await using server = await modelServer(bash("echo $$ > pid; sleep 60"), says("never"));
  await using agent = await startAgent(bundle.file, server.url, ["go"]);
  const pidFile = join(agent.cwd, "pid");
  await expect
    .poll(() => readFile(pidFile, "utf8").catch(() => ""), { timeout: 30_000 })
    .toMatch(/\d\n/);
  const pid = await readFile(pidFile, "utf8");
  agent.child.kill("SIGTERM");
  expect(await agent.ended).toMatchObject({ exitCode: 143, stdout: "" });
  expect(await agent.report()).toMatchObject({
    outcome: "failed",
    turns: 1,
    error: "stopped by a signal",
  });
  expect(() => process.kill(Number(pid), 0)).toThrow(/ESRCH/);
  const trajectory = await agent.trajectory();
  expect(trajectoryFaults(trajectory)).toEqual([]);
  expect(trajectory.steps).toHaveLength(3);
});

test("SIGTERM while the model thinks, and while a retry waits: 143 at once", async () => {
  for (const answer of [() => {}, fails(429, "wait", { "retry-after": "60" })] as Answer[]) {
    await using server = await modelServer(answer);
    await using agent = await startAgent(bundle.file, server.url, ["go"]);
    await expect.poll(() => server.asked.length, { timeout: 30_000 }).toBe(1);
    const started = Date.now();
    agent.child.kill("SIGTERM");
    expect(await agent.ended).toMatchObject({ exitCode: 143 });
    expect(Date.now() - started).toBeLessThan(15_000);
  }
});

test("SIGTERM while the prompt has not come yet: 143, and not a word of a crash", async () => {
  await using agent = await startAgent(bundle.file, "http://127.0.0.1:9/v1", [], { stdin: null });
  await sleep(1000);
  agent.child.kill("SIGTERM");
  expect(await agent.ended).toEqual({ exitCode: 143, stdout: "", stderr: "" });
});

test("SIGKILL during a call leaves the trajectory up to that turn, and a report that claims nothing", async () => {
  await using server = await modelServer(bash("echo 1"), bash("touch begun; sleep 5"));
  await using agent = await startAgent(bundle.file, server.url, ["go"]);
  await expect.poll(() => readdir(agent.cwd), { timeout: 30_000 }).toContain("begun");
  agent.child.kill("SIGKILL");
  await agent.ended;
  const trajectory = await agent.trajectory();
  expect(trajectoryFaults(trajectory)).toEqual([]);
  expect(trajectory.steps).toHaveLength(4);
  expect(await agent.report()).toMatchObject({
    outcome: "failed",
    turns: 2,
    error: "ended before it was done",
  });
});

test("ends when it is done, whatever it has started in the background, and ends that too", async () => {
  const started = Date.now();
  // A duration that no other process has.
  const nap = `61.${process.pid}`;
  const command = `sleep ${nap} & sleep ${nap} > /dev/null 2>&1 & echo ok`;
  const { exitCode } = await run([bash(command), says("done")], ["go"]);
  expect(exitCode).toBe(0);
  expect(Date.now() - started).toBeLessThan(30_000);
  await expect
    .poll(async () => (await commandLines()).filter((line) => line.join(" ") === `sleep ${nap}`), {
      timeout: 30_000,
    })
    .toEqual([]);
});

test("files that cannot be written are said once, and cost nothing else", async () => {
  await using server = await modelServer(bash("true"), says("done"));
  await using agent = await startAgent(bundle.file, server.url, [
    "go",
    "--report",
    "/proc/none/report.json",
  ]);
  const { exitCode, stdout, stderr } = await agent.ended;
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "done\n" });
  expect(stderr.match(/cannot write/g)).toHaveLength(1);
});

async function commandLines(): Promise<string[][]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""));
  return (await Promise.all(lines)).map((line) => line.split("\u0000").slice(0, -1));
}

test("README.md has the --help of the program", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [bundle.file, "--help"]);
  const readme = await readFile(join(import.meta.dirname, "../README.md"), "utf8");
  expect(readme).toContain(`\`\`\`text\n${stdout}\`\`\`\n`);
});
