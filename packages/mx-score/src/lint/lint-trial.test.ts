import type { AnyTrajectory } from "./read-steps.ts";
import fc from "fast-check";
import type { ScoredTrial } from "@mx/records";
import { expect, test } from "vitest";
import { inspectTrial } from "./lint-trial.ts";
import { scoredTrial } from "./testing/scored-trial.ts";
import { trajectoryOf, type ChatMessage } from "./testing/trajectory-of.ts";

const lintTrial = (trial: ScoredTrial, trajectory: AnyTrajectory | null) =>
  inspectTrial(trial, trial.reward, trajectory).hits;

const codes = (trial: ScoredTrial, messages?: ChatMessage[], tools?: string[]) =>
  lintTrial(trial, messages === undefined ? null : trajectoryOf(messages, tools)).map(
    ({ code }) => code,
  );

const ask: ChatMessage = { role: "user", content: "What is six times seven?" };
const answer: ChatMessage = { role: "assistant", content: "The answer is 42." };
const user = (content: string): ChatMessage => ({ role: "user", content });
const says = (content: string | null): ChatMessage => ({ role: "assistant", content });
const calls = (name: string, args: unknown = {}): ChatMessage => ({
  role: "assistant",
  content: null,
  tool_calls: [{ id: "c", function: { name, arguments: JSON.stringify(args) } }],
});

test("a trial with nothing wrong has no hits", () => {
  expect(lintTrial(scoredTrial(), null)).toEqual([]);
  expect(codes(scoredTrial(), [ask, calls("Bash"), answer], ["Bash"])).toEqual([]);
});

const fault = (name: string, message = "broke") => ({ class: name, message, retryable: false });
const time = (ms: Partial<ScoredTrial["time_ms"]>) => ({ ...scoredTrial().time_ms, ...ms });
const tokens = (output_tokens: number | null, n = 3) => ({
  ...scoredTrial().usage,
  output_tokens,
  calls: n,
});

test.for<{ title: string; changes: Partial<ScoredTrial>; hits: unknown }>([
  {
    title: "failed",
    changes: { outcome: "failed", fault: fault("agent_error") },
    hits: [{ code: "error_record", detail: "agent_error" }],
  },
  {
    title: "failed without a fault",
    changes: { outcome: "failed" },
    hits: [{ code: "error_record", detail: "failed" }],
  },
  {
    title: "infrastructure",
    changes: {
      outcome: "infra_error",
      reward: null,
      output: "",
      fault: fault("model_unreachable"),
    },
    hits: [{ code: "error_record", detail: "model_unreachable" }],
  },
  {
    title: "completed, with a fault",
    changes: { fault: fault("grade_failed") },
    hits: [{ code: "error_record", detail: "grade_failed" }],
  },
  {
    title: "a fault class with an escape",
    changes: { outcome: "failed", fault: fault("\u001b[2J") },
    hits: [{ code: "error_record", detail: '"\\u001b[2J"' }],
  },
  {
    title: "cancelled is no result and no error",
    changes: { outcome: "cancelled", reward: null, output: "" },
    hits: [],
  },
  {
    title: "turn limit",
    changes: { outcome: "max_turns" },
    hits: [{ code: "step_cap" }],
  },
  {
    title: "the agent's own timeout",
    changes: { outcome: "timeout", fault: fault("time_limit") },
    hits: [{ code: "timeout" }],
  },
  {
    title: "much model time, at a good speed",
    changes: { outcome: "timeout", time_ms: time({ agent: 60_000, model: 59_000 }) },
    hits: [{ code: "timeout" }],
  },
  {
    title: "a slow model",
    changes: { outcome: "timeout", time_ms: time({ agent: 600_000, model: 500_000 }) },
    hits: [{ code: "timeout" }, { code: "clock_timeout", detail: "slow model" }],
  },
  {
    title: "a slow model, in little of the time",
    changes: { outcome: "timeout", time_ms: time({ agent: 1_200_000, model: 500_000 }) },
    hits: [{ code: "timeout" }],
  },
  {
    title: "a last call that never ended",
    changes: {
      outcome: "timeout",
      time_ms: time({ agent: 600_000, model: 590_000 }),
      usage: tokens(null),
    },
    hits: [{ code: "timeout" }, { code: "clock_timeout", detail: "slow model" }],
  },
  {
    title: "unknown tokens, quick calls",
    changes: {
      outcome: "timeout",
      time_ms: time({ agent: 600_000, model: 590_000 }),
      usage: tokens(null, 50),
    },
    hits: [{ code: "timeout" }],
  },
  {
    title: "no call answered",
    changes: {
      outcome: "timeout",
      reward: null,
      time_ms: time({ agent: 9000, model: 8000 }),
      usage: tokens(null, 0),
    },
    hits: [{ code: "timeout" }, { code: "clock_timeout", detail: "model silent" }],
  },
  {
    title: "silent by the fault",
    changes: { outcome: "timeout", fault: fault("time_limit", "the server was silent for 300 s") },
    hits: [{ code: "timeout" }, { code: "clock_timeout", detail: "model silent" }],
  },
  {
    title: "a long wait for the sandbox",
    changes: { outcome: "timeout", time_ms: time({ queue: 15_000, sandbox: 6000 }) },
    hits: [{ code: "timeout" }, { code: "clock_timeout", detail: "waiting" }],
  },
  {
    title: "times that are not known",
    changes: {
      outcome: "timeout",
      time_ms: { queue: null, sandbox: null, agent: null, model: null, grade: null },
    },
    hits: [{ code: "timeout" }],
  },
  {
    title: "blank output",
    changes: { output: " \n", output_bytes: 2 },
    hits: [{ code: "empty_output" }],
  },
  {
    title: "no output at the turn limit",
    changes: { outcome: "max_turns", output: "", output_bytes: 0 },
    hits: [{ code: "step_cap" }],
  },
  {
    title: "out of tokens",
    changes: { finish_reason: "length" },
    hits: [{ code: "cut_off_output", detail: "the model's token limit" }],
  },
  {
    title: "out of tokens, elsewhere",
    changes: { finish_reason: "MAX_TOKENS" },
    hits: [{ code: "cut_off_output", detail: "the model's token limit" }],
  },
  {
    title: "a longer answer than the record's",
    changes: { output_bytes: 70_000 },
    hits: [{ code: "cut_off_output", detail: "the record's size limit" }],
  },
  {
    title: "bytes are not characters",
    changes: { output: "naïve café", output_bytes: 12 },
    hits: [],
  },
  { title: "no size", changes: { output_bytes: undefined as never }, hits: [] },
  {
    title: "a loop",
    changes: { output: "I should check. ".repeat(40), output_bytes: 640 },
    hits: [{ code: "loop_in_output", detail: '"I should check. "' }],
  },
  {
    title: "a ruler is no loop",
    changes: { output: `${"-".repeat(50)}${"The answer is 42. ".repeat(19)}`, output_bytes: 392 },
    hits: [],
  },
  {
    title: "leaked thinking",
    changes: { output: "<think>hm</think> 42", output_bytes: 20 },
    hits: [{ code: "leaked_thinking", detail: "output" }],
  },
  {
    title: "the end of thinking alone",
    changes: { output: "hm</think>\n42", output_bytes: 13 },
    hits: [{ code: "leaked_thinking", detail: "output" }],
  },
  {
    title: "Magistral's thinking",
    changes: { output: "[THINK]hm[/THINK]42", output_bytes: 19 },
    hits: [{ code: "leaked_thinking", detail: "output" }],
  },
  {
    title: "thinking about it is not thinking",
    changes: { output: "I think, so I am. a <thinker> b", output_bytes: 31 },
    hits: [],
  },
  {
    title: "a reward, no call",
    changes: { usage: tokens(null, 0) },
    hits: [{ code: "reward_without_agent", severity: "error", detail: "a reward over 0" }],
  },
  {
    title: "a miss, no call",
    changes: { reward: 0, usage: tokens(null, 0) },
    hits: [{ code: "reward_without_agent", detail: "a reward of 0" }],
  },
  { title: "an agent without a model", changes: { model: null, usage: tokens(null, 0) }, hits: [] },
  {
    title: "an imported trial whose calls are not known",
    changes: { backend: "tau-bench", usage: tokens(null, 0), turns: null },
    hits: [],
  },
])("record: $title", ({ changes, hits }) => {
  expect(lintTrial(scoredTrial(changes), null)).toEqual(hits);
});

test.for<{ title: string; messages: ChatMessage[]; tools?: string[]; hits: unknown }>([
  {
    title: "tools and no call",
    messages: [ask, answer],
    tools: ["Bash"],
    hits: [{ code: "no_tool_calls" }],
  },
  { title: "no tools and no call", messages: [ask, answer], hits: [] },
  {
    title: "an unknown tool",
    messages: [ask, calls("Fly"), answer],
    tools: ["Bash"],
    hits: [{ code: "unknown_tool", detail: "Fly" }],
  },
  {
    title: "an unknown tool, by its result",
    messages: [ask, calls("fly"), { role: "tool", content: "Unknown action fly" }, answer],
    hits: [{ code: "unknown_tool", detail: "fly" }],
  },
  {
    title: "a tool's name with an escape",
    messages: [ask, calls("\u009b2J"), answer],
    tools: ["Bash"],
    hits: [{ code: "unknown_tool", detail: '"\\u009b2J"' }],
  },
  {
    title: "the user thinks aloud",
    messages: [ask, says("Hello"), user("<think>I lie.</think>No."), answer],
    hits: [{ code: "leaked_thinking", detail: "user" }],
  },
  {
    title: "the react user thinks aloud",
    messages: [ask, says("Hello"), user("Thought:\nI lie.\n\nUser Response:\nNo."), answer],
    hits: [{ code: "leaked_thinking", detail: "user" }],
  },
  {
    title: "the agent thinks aloud",
    messages: [ask, says("<think>hm</think>Hello"), user("Yes"), answer],
    hits: [{ code: "leaked_thinking", detail: "agent" }],
  },
  {
    title: "the task asks for thinking",
    messages: [user("Think within <think></think>."), answer],
    hits: [],
  },
  {
    title: "stopped by a thought",
    messages: [ask, answer, user("<think>later I say ###STOP###</think>And one more thing")],
    hits: [{ code: "leaked_thinking", detail: "user" }, { code: "stop_token_in_thinking" }],
  },
  {
    title: "stopped by an unfinished thought",
    messages: [ask, answer, user("<think>when done, ###STOP###")],
    hits: [{ code: "leaked_thinking", detail: "user" }, { code: "stop_token_in_thinking" }],
  },
  {
    title: "stopped by a thought without a beginning",
    messages: [ask, answer, user("###STOP### when done</think>Go on")],
    hits: [{ code: "leaked_thinking", detail: "user" }, { code: "stop_token_in_thinking" }],
  },
  {
    title: "stopped after a thought",
    messages: [ask, answer, user("<think>###STOP### now</think>###STOP###")],
    hits: [{ code: "leaked_thinking", detail: "user" }],
  },
  { title: "stopped, plainly", messages: [ask, answer, user("###STOP###")], hits: [] },
  {
    title: "an action 5 times",
    messages: [
      ask,
      ...Array.from({ length: 5 }, (_, i) =>
        calls("get", i % 2 ? { a: 1, b: [2] } : { b: [2], a: 1 }),
      ),
      answer,
    ],
    hits: [{ code: "repeated_actions", detail: "get" }],
  },
  {
    title: "an action 4 times",
    messages: [ask, ...Array<ChatMessage>(4).fill(calls("get", { a: 1 })), answer],
    hits: [],
  },
  {
    title: "5 actions that differ",
    messages: [ask, ...Array.from({ length: 9 }, (_, i) => calls("get", { a: i % 4 })), answer],
    hits: [],
  },
  {
    title: "a reply between the actions",
    messages: [
      ask,
      ...Array.from({ length: 9 }, (_, i) => (i === 4 ? says("wait") : calls("get"))),
      answer,
    ],
    hits: [],
  },
  {
    title: "a reply 5 times",
    messages: [
      ask,
      ...Array<ChatMessage[]>(5)
        .fill([says("Sorry?"), user("No.")])
        .flat(),
      answer,
    ],
    hits: [{ code: "repeated_actions", detail: "reply" }],
  },
  {
    title: "a loop in a message",
    messages: [ask, says("over and over, ".repeat(30)), user("?"), answer],
    hits: [{ code: "loop_in_message", detail: '"over and over, "' }],
  },
  { title: "a loop in the task", messages: [user("0123456789".repeat(30)), answer], hits: [] },
  {
    title: "an empty reply",
    messages: [ask, says(" "), user("?"), answer],
    hits: [{ code: "empty_reply" }],
  },
])("trajectory: $title", ({ messages, tools, hits }) => {
  expect(lintTrial(scoredTrial(), trajectoryOf(messages, tools))).toEqual(hits);
});

test("a looping output that is also the last message is one hit", () => {
  const output = "I should check. ".repeat(40);
  const trial = scoredTrial({ output, output_bytes: 640 });
  expect(codes(trial, [ask, says(output)])).toEqual(["loop_in_output"]);
});

test("a loop in the reasoning is found", () => {
  const trajectory = {
    steps: [{ source: "agent", message: "42", reasoning_content: "hm, or not? ".repeat(99) }],
  };
  expect(lintTrial(scoredTrial(), trajectory)).toMatchObject([{ code: "loop_in_message" }]);
});

test("what was copied from an earlier conversation does not count", () => {
  const steps = [
    { source: "agent", message: "<think>hm</think>", is_copied_context: true },
    { source: "agent", message: "42" },
  ];
  expect(lintTrial(scoredTrial(), { steps })).toEqual([]);
});

test("an imported reward without a reply of the agent is unearned", () => {
  const trial = scoredTrial({ backend: "inspect", usage: tokens(null, 0), turns: null });
  expect(codes(trial, [ask])).toEqual(["reward_without_agent"]);
  expect(codes(trial, [ask, answer])).toEqual([]);
});

test("a trajectory of an attempt that is no result says nothing", () => {
  const trial = scoredTrial({ outcome: "infra_error", reward: null });
  expect(codes(trial, [ask, says("<think>hm</think>")], ["Bash"])).toEqual(["error_record"]);
});

test("messages in parts are read", () => {
  const message = [
    { type: "text", text: "<think>hm" },
    { type: "image" },
    { type: "text", text: "</think>" },
  ];
  expect(lintTrial(scoredTrial(), { steps: [{ source: "agent", message }] })).toMatchObject([
    { code: "leaked_thinking" },
  ]);
});

test("no trajectory makes it throw, whatever it is made of", () => {
  const name = fc.constantFrom(
    "steps",
    "source",
    "message",
    "tool_calls",
    "function_name",
    "function",
    "arguments",
    "observation",
    "results",
    "content",
    "agent",
    "tool_definitions",
    "name",
    "reasoning_content",
    "text",
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: "medium", withCrossShrink: true },
      fc.constantFrom<unknown>("agent", "user", "<think>", "###STOP###", null, 7, true, ""),
      fc.array(tie("tree"), { maxLength: 6 }),
      fc.dictionary(name, tie("tree"), { maxKeys: 6 }),
    ),
  }));
  fc.assert(
    fc.property(tree, tree, tree, (steps, agent, step) => {
      const trajectory = {
        steps: Array.isArray(steps) ? steps : [steps, { source: "agent", tool_calls: step }],
        agent,
      };
      for (const { code, detail } of lintTrial(scoredTrial(), trajectory)) {
        expect(code).toMatch(/^[a-z_]+$/);
        expect(detail ?? "").toMatch(/^[\x20-\x7e…]*$/);
      }
    }),
    { numRuns: 500 },
  );
});

test("arguments that are nested too deeply for a comparison count as different", () => {
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i += 1) deep = [deep];
  const step = {
    source: "agent",
    message: "",
    tool_calls: [{ function_name: "get", arguments: deep }],
  };
  let other: unknown = 1;
  for (let i = 0; i < 100_000; i += 1) other = [other];
  const steps = Array.from({ length: 6 }, (_, i) =>
    i % 2 ? step : { ...step, tool_calls: [{ function_name: "get", arguments: other }] },
  );
  expect(lintTrial(scoredTrial(), { steps })).toEqual([]);
});
