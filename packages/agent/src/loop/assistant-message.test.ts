import { noUsage } from "@mx/records";
import { expect, test } from "vitest";
import { assistantMessage } from "./assistant-message.ts";

const base = {
  content: "",
  reasoning: "thought",
  finishReason: "stop",
  model: null,
  usage: noUsage,
};

test.for([
  { name: "Bash", args: '{"a": 1}', sent: { name: "Bash", arguments: '{"a": 1}' } },
  { name: "Bash", args: "", sent: { name: "Bash", arguments: "{}" } },
  { name: "Bash", args: "{oops", sent: { name: "Bash", arguments: '{"not_an_object":"{oops"}' } },
  { name: "Bash", args: "[1]", sent: { name: "Bash", arguments: '{"not_an_object":"[1]"}' } },
  { name: "b ad<|x|>", args: "{}", sent: { name: "unknown", arguments: "{}" } },
])("$name $args goes back as $sent", ({ name, args, sent }) => {
  const message = assistantMessage({ ...base, calls: [{ id: "1", name, arguments: args }] });
  // As it is sent: without the reasoning that it carries.
  expect(JSON.parse(JSON.stringify(message))).toEqual({
    role: "assistant",
    content: null,
    tool_calls: [{ id: "1", type: "function", function: sent }],
  });
});

test("half a character does not go back", () => {
  expect(assistantMessage({ ...base, content: "a\ud83d", calls: [] }).content).toBe("a\uFFFD");
});
