import { expect, test } from "vitest";
import { trajectoryFaults } from "./trajectory-faults.ts";

// The checker must refuse what breaks the format, or the tests that use it say nothing.
const valid = () => ({
  schema_version: "ATIF-v1.7",
  session_id: "s",
  agent: { name: "mx-agent", version: "1", model_name: "m", tool_definitions: [] },
  steps: [
    { step_id: 1, timestamp: "2026-02-14T10:30:00.000Z", source: "user", message: "hi" },
    {
      step_id: 2,
      timestamp: "2026-02-14T10:30:01.000Z",
      source: "agent",
      message: "",
      tool_calls: [{ tool_call_id: "c", function_name: "Bash", arguments: {} }],
      observation: { results: [{ source_call_id: "c", content: "ok" }] },
      metrics: { prompt_tokens: 1, completion_tokens: 2 },
      llm_call_count: 1,
    },
  ],
  final_metrics: { total_prompt_tokens: 1, total_completion_tokens: 2, total_steps: 2 },
});

test("a right one has no faults", () => {
  expect(trajectoryFaults(valid())).toEqual([]);
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any
test.for<[name: string, spoil: (document: any) => void, fault: RegExp]>([
  ["another version", (d) => (d.schema_version = "ATIF-v1.6"), /schema_version/],
  ["an unknown field", (d) => (d.surprise = 1), /surprise/],
  ["an unknown field of a step", (d) => (d.steps[0].cost = 1), /cost/],
  ["no steps", (d) => (d.steps = []), /steps/],
  ["a gap in the ids", (d) => (d.steps[1].step_id = 3), /step_id: not 2/],
  ["a time that is none", (d) => (d.steps[0].timestamp = "yesterday"), /timestamp/],
  ["a message that is missing", (d) => delete d.steps[0].message, /message/],
  ["a user with metrics", (d) => (d.steps[0].metrics = {}), /metrics: only for agents/],
  ["arguments that are no object", (d) => (d.steps[1].tool_calls[0].arguments = "ls"), /arguments/],
  [
    "a result of no call",
    (d) => (d.steps[1].observation.results[0].source_call_id = "x"),
    /no call of this step/,
  ],
  ["an id twice", (d) => d.steps[1].tool_calls.push(d.steps[1].tool_calls[0]), /twice/],
  ["half a token", (d) => (d.steps[1].metrics.prompt_tokens = 1.5), /prompt_tokens/],
  ["metrics without a call", (d) => (d.steps[1].llm_call_count = 0), /without a call/],
  [
    "a sum that is wrong",
    (d) => (d.final_metrics.total_prompt_tokens = 9),
    /total_prompt_tokens: not 1/,
  ],
])("%s is a fault", ([, spoil, fault]) => {
  const document = valid();
  spoil(document);
  expect(trajectoryFaults(document).join("\n")).toMatch(fault);
});
