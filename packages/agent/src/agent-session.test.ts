import { trajectoryFaults } from "@mx/records";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundledAgent, startAgent } from "./testing/bundled-agent.ts";
import { fails, modelServer, says } from "./testing/model-server.ts";
import { runToEnd } from "./testing/run-to-end.ts";

let bundle: Awaited<ReturnType<typeof bundledAgent>>;
beforeAll(async () => {
  bundle = await bundledAgent();
});
afterAll(() => bundle?.[Symbol.asyncDispose]());

const user = (content: unknown) => `${JSON.stringify({ type: "user", content })}\n`;
const lines = (text: string) =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
const bash = says({ calls: [["Bash", { command: "echo hi" }]] });
const usage = (calls: number) => ({
  input_tokens: 10 * calls,
  output_tokens: 5 * calls,
  cached_input_tokens: 4 * calls,
  reasoning_tokens: 2 * calls,
  calls,
});

test("a session: one line per answer with its own usage; the model sees all of it, and so does the trajectory", async () => {
  const { exitCode, stdout, report, asked, trajectory } = await runToEnd(
    bundle.file,
    [bash, says("hi it is"), says("bye")],
    ["--session"],
    { stdin: user("greet") + user([{ type: "text", text: "leave" }]) },
  );
  expect(exitCode).toBe(0);
  const common = { type: "turn", outcome: "completed", error: null };
  expect(lines(stdout)).toEqual([
    { ...common, turn: 1, answer: "hi it is", replies: 2, usage: usage(2) },
    { ...common, turn: 2, answer: "bye", replies: 1, usage: usage(1) },
  ]);
  expect(report).toEqual({ outcome: "completed", turns: 3, usage: usage(3), error: null });
  expect(asked[2]!.body.messages.map(({ role }: { role: string }) => role)).toEqual([
    "system",
    "user",
    "assistant",
    "tool",
    "assistant",
    "user",
  ]);
  expect(trajectory.steps.map(({ source }: { source: string }) => source)).toEqual([
    "system",
    "user",
    "agent",
    "agent",
    "user",
    "agent",
  ]);
});

test("an answer comes before the next message is there, and a prompt may begin the session", async () => {
  await using server = await modelServer(says("one"), says("two"));
  await using agent = await startAgent(bundle.file, server.url, ["first", "--session"], {
    stdin: null,
  });
  const answers = createInterface({ input: agent.child.stdout })[Symbol.asyncIterator]();
  expect(JSON.parse((await answers.next()).value)).toMatchObject({ turn: 1, answer: "one" });
  // While it waits, the session is not done.
  expect(await agent.report()).toMatchObject({ outcome: "failed", turns: 1 });
  agent.child.stdin.write(user("second"));
  expect(JSON.parse((await answers.next()).value)).toMatchObject({ turn: 2, answer: "two" });
  agent.child.stdin.end();
  expect(await agent.ended).toMatchObject({ exitCode: 0 });
  expect(await agent.report()).toMatchObject({ outcome: "completed", turns: 2 });
});

test("an answer that does not complete is said, counts, and does not end the session", async () => {
  const { exitCode, stdout, report } = await runToEnd(
    bundle.file,
    [bash, bash, says("fine")],
    ["--session", "--max-turns", "2"],
    { stdin: user("a") + user("b") },
  );
  expect(exitCode).toBe(3);
  expect(lines(stdout)).toMatchObject([
    { outcome: "max_turns", replies: 2, error: "not done after 2 turns" },
    { outcome: "completed", answer: "fine" },
  ]);
  expect(report).toMatchObject({ outcome: "max_turns", turns: 3 });
});

test("a model that cannot be reached ends the session", async () => {
  const { exitCode, stdout, report, asked } = await runToEnd(
    bundle.file,
    [says("one"), fails(503, "down")],
    ["--session", "--retries", "0"],
    { stdin: user("a") + user("b") + user("c") },
  );
  expect(exitCode).toBe(69);
  expect(lines(stdout)).toMatchObject([
    { outcome: "completed" },
    { outcome: "infra_error", replies: 0 },
  ]);
  expect(report).toMatchObject({ outcome: "infra_error", turns: 1 });
  expect(asked).toHaveLength(2);
});

test("the token limit is that of the whole session", async () => {
  const { exitCode, stdout, asked } = await runToEnd(
    bundle.file,
    [says("one")],
    ["--session", "--token-limit", "30"],
    { stdin: user("a") + user("b") + user("c") },
  );
  expect({ exitCode, asked: asked.length }).toEqual({ exitCode: 1, asked: 2 });
  expect(lines(stdout)).toMatchObject([
    { outcome: "completed" },
    { outcome: "completed" },
    { outcome: "failed", replies: 0, error: "the token limit of 30 is reached: 30 used" },
  ]);
});

test.for<[string, string, RegExp, number]>([
  ["no JSON", `${user("a")}oops\n`, /stdin:2: not JSON: oops/, 1],
  ["no message", `{"type":"bye"}\n`, /stdin:1: type/, 0],
  ["nothing to say", `{"type":"user","content":""}\n`, /stdin:1: content/, 0],
  ["nothing at all", "\n", /stdin ended before it said anything/, 0],
])("%s on stdin: 65", async ([, stdin, error, turns]) => {
  const { exitCode, stdout, report } = await runToEnd(bundle.file, [says("ok")], ["--session"], {
    stdin,
  });
  expect({ exitCode, turns: lines(stdout).length }).toEqual({ exitCode: 65, turns });
  expect(report).toMatchObject({ outcome: "infra_error", turns, fault: "input_invalid" });
  expect(report.error).toMatch(error);
});

test("SIGTERM while the session waits: 143, with all turns in the trajectory", async () => {
  await using server = await modelServer(says("one"));
  await using agent = await startAgent(bundle.file, server.url, ["--session"], { stdin: null });
  agent.child.stdin.write(user("a"));
  await expect
    .poll(() => agent.report().catch(() => null), { timeout: 30_000 })
    .toMatchObject({ turns: 1 });
  agent.child.kill("SIGTERM");
  expect(await agent.ended).toMatchObject({ exitCode: 143 });
  expect(await agent.report()).toMatchObject({ outcome: "failed", error: "stopped by a signal" });
  const trajectory = await agent.trajectory();
  expect(trajectoryFaults(trajectory)).toEqual([]);
  expect(trajectory.steps).toHaveLength(3);
});
