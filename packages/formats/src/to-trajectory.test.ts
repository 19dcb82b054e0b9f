import { trajectoryFaults } from "@mx/records";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { assistantTurns, lastAnswer, toTrajectory } from "./to-trajectory.ts";

const head = { sessionId: "s", agent: "a", model: "m" };

test("calls, results, thinking, tokens", () => {
  const trajectory = toTrajectory(
    [
      { role: "developer", content: "Be kind." },
      { role: "user", content: [{ type: "text", text: "Hi" }, { type: "image_url" }] },
      {
        role: "assistant",
        content: null,
        reasoning_content: "hm",
        tool_calls: [
          { id: "c", function: { name: "f", arguments: '{"x": 1}' } },
          { id: "c", function: { name: "g", arguments: "not json" } },
        ],
        usage: {
          prompt_tokens: 5,
          completion_tokens: 2,
          prompt_tokens_details: { cached_tokens: 3 },
        },
        timestamp: 1_770_000_000.5,
      },
      { role: "tool", tool_call_id: "c", content: "one" },
      { role: "tool", tool_call_id: "unknown", content: "two" },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "so" },
          { type: "text", text: "Bye" },
        ],
      },
    ],
    head,
  )!;
  expect(trajectoryFaults(trajectory)).toEqual([]);
  expect(trajectory.steps).toEqual([
    { step_id: 1, source: "system", message: "Be kind." },
    { step_id: 2, source: "user", message: "Hi\n[image_url]" },
    {
      step_id: 3,
      source: "agent",
      message: "",
      timestamp: "2026-02-02T02:40:00.500Z",
      reasoning_content: "hm",
      tool_calls: [
        { tool_call_id: "c", function_name: "f", arguments: { x: 1 } },
        { tool_call_id: "c#2", function_name: "g", arguments: { not_an_object: "not json" } },
      ],
      // Two calls of one id: the result is the later one's.
      observation: { results: [{ source_call_id: "c#2", content: "one" }, { content: "two" }] },
      metrics: { prompt_tokens: 5, completion_tokens: 2, cached_tokens: 3 },
    },
    { step_id: 4, source: "agent", message: "Bye", reasoning_content: "so" },
  ]);
  // The last reply does not say its tokens, so there is no sum.
  expect(trajectory.final_metrics).toEqual({ total_steps: 4 });
});

test("tools of a simulated user are not the agent's", () => {
  const call = { id: "u", name: "look", arguments: { at: "phone" }, requestor: "user" };
  const trajectory = toTrajectory(
    [
      { role: "user", content: "", tool_calls: [call] },
      { role: "tool", id: "u", content: "off", requestor: "user" },
    ],
    head,
  )!;
  expect(trajectoryFaults(trajectory)).toEqual([]);
  expect(trajectory.steps).toMatchObject([
    {
      source: "user",
      extra: { tool_calls: [{ function_name: "look" }] },
      observation: { results: [{ content: "off" }] },
    },
  ]);
});

const piece = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom("assistant", "tool", "user", "c", '{"a":1}', null),
);
const call = fc.record(
  { id: piece, name: piece, arguments: piece, function: piece },
  { requiredKeys: [] },
);
const message = fc.record(
  {
    role: fc.oneof(fc.constantFrom("assistant", "tool", "user", "system"), piece),
    content: fc.oneof(
      piece,
      fc.array(fc.record({ type: piece, text: piece }, { requiredKeys: [] })),
    ),
    tool_calls: fc.oneof(piece, fc.array(fc.oneof(call, piece))),
    tool_call_id: piece,
    usage: fc.oneof(piece, fc.record({ prompt_tokens: piece, completion_tokens: fc.nat() })),
    timestamp: fc.oneof(piece, fc.double()),
  },
  { requiredKeys: [] },
);

test("whatever the messages are, the trajectory is one", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 5, arbitrary: message }, piece)), (messages) => {
      const trajectory = toTrajectory(messages, head);
      expect(trajectory === undefined ? [] : trajectoryFaults(trajectory)).toEqual([]);
      expect(lastAnswer(messages) ?? "").toBeTypeOf("string");
      expect(assistantTurns(messages) ?? 0).toBeLessThanOrEqual(messages.length);
    }),
    { numRuns: 500 },
  );
});
