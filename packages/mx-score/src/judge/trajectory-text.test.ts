import fc from "fast-check";
import { expect, test } from "vitest";
import { firstRequest, trajectoryText } from "./trajectory-text.ts";

const trajectory = {
  agent: { tool_definitions: [{ function: { name: "search" } }, { function: { name: "book" } }] },
  steps: [
    { source: "system", message: "be nice" },
    { source: "user", message: "book a flight" },
    {
      source: "agent",
      message: "let me look",
      reasoning_content: "cheapest first",
      tool_calls: [{ function_name: "search", arguments: { to: "DEN" } }],
      observation: { results: [{ content: "3 found" }, { content: "" }] },
    },
    { source: "user", message: "the red one", extra: { tool_calls: [1] } },
  ],
};

test("steps with thoughts, calls and results", () => {
  expect(trajectoryText(trajectory, 100)).toBe(`tools of the agent: search, book

[step 1, system]
be nice

[step 2, user]
book a flight

[step 3, agent]
thought: cheapest first
let me look
calls search with {"to":"DEN"}
got back: 3 found
got back: 

[step 4, user]
the red one
more: {"tool_calls":[1]}`);
});

test("a long part is cut in its middle", () => {
  const long = { steps: [{ source: "agent", message: "x".repeat(50) }] };
  expect(trajectoryText(long, 10)).toContain(
    "xxxxx\n[... 40 of 50 characters are left out here ...]",
  );
});

test("the request is what came before the first turn", () => {
  expect(firstRequest(trajectory)).toBe("book a flight");
  expect(firstRequest({ steps: [{ source: "agent", message: "x" }] })).toBeNull();
  expect(firstRequest({})).toBeNull();
});

test("anything that is JSON has a text", () => {
  const steps = fc.array(
    fc.oneof(
      fc.jsonValue(),
      fc.dictionary(
        fc.constantFrom("message", "tool_calls", "observation", "source"),
        fc.jsonValue(),
      ),
    ),
  );
  fc.assert(
    fc.property(
      fc.oneof(fc.record({ steps }), fc.dictionary(fc.string(), fc.jsonValue())),
      (any) => {
        expect(typeof trajectoryText(any, 1000)).toBe("string");
        firstRequest(any);
      },
    ),
  );
});
