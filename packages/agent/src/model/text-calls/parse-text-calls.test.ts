import { expect, test } from "vitest";
import { parseTextCalls } from "./parse-text-calls.ts";

const names = new Set(["Bash", "Write"]);
const parse = (text: string) => parseTextCalls(text, names);
const call = (command: string) => ["Bash", JSON.stringify({ command })];
const tagged = (json: string) => `<tool_call>\n${json}\n</tool_call>`;
const ls = '{"name": "Bash", "arguments": {"command": "ls"}}';

test.for<[string, string, string, string[][]]>([
  ["no call", "just text", "just text", []],
  ["one call", `I look.\n${tagged(ls)}`, "I look.", [call("ls")]],
  ["two calls", `${tagged(ls)}\nand\n${tagged(ls)}`, "and", [call("ls"), call("ls")]],
  ["no closing tag", `<tool_call>${ls}`, "", [call("ls")]],
  [
    "no closing tag before the next",
    `<tool_call>${ls}\n<tool_call>${ls}`,
    "",
    [call("ls"), call("ls")],
  ],
  [
    "tags in an argument",
    tagged('{"name": "Bash", "arguments": {"command": "echo </tool_call> <tool_response>"}}'),
    "",
    [call("echo </tool_call> <tool_response>")],
  ],
  [
    "arguments in a string, and under another name",
    tagged('{"name": "Bash", "arguments": "{\\"command\\":\\"ls\\"}"}') +
      tagged('{"name": "Bash", "parameters": {"command": "ls"}}'),
    "",
    [call("ls"), call("ls")],
  ],
  [
    "results that it made up",
    `${tagged(ls)}\n<tool_response>\na.txt\n</tool_response>\nDone: a.txt`,
    "",
    [call("ls")],
  ],
  [
    "a fenced block",
    `I look.\n\`\`\`json\n${ls}\n\`\`\`\nThen more.`,
    "I look.\n\nThen more.",
    [call("ls")],
  ],
  ["a reply that is nothing but a call", ls, "", [call("ls")]],
  [
    "JSON that is an answer",
    '{"name": "Ann", "arguments": 3}',
    '{"name": "Ann", "arguments": 3}',
    [],
  ],
  ["a fenced answer", '```json\n{"name": "Bash"}\n```', '```json\n{"name": "Bash"}\n```', []],
])("%s", ([, text, content, calls]) => {
  const reply = parse(text);
  expect(reply.content).toBe(content);
  expect(reply.calls.map(({ name, arguments: args }) => [name, args])).toEqual(calls);
  expect(reply.calls.every(({ malformed }) => malformed === undefined)).toBe(true);
});

test.for<[string, string, RegExp]>([
  ["broken JSON", tagged('{"name": "Bash", "arguments": {"command": "ls"}'), /not JSON/],
  ["a call that is cut off", '<tool_call>\n{"name": "Write", "argum', /not JSON/],
  ["no name", tagged('{"tool": "Bash"}'), /no "name"/],
  ["a list", tagged("[1]"), /no "name"/],
  ["broken JSON in a fence", '```json\n{"name": "Bash", "arguments": {oops}\n```', /not JSON/],
])("%s is a call with what is wrong with it", ([, text, fault]) => {
  const { calls } = parse(text);
  expect(calls).toHaveLength(1);
  expect(calls[0]!.malformed).toMatch(fault);
});

test.for<[string, string, string | null, string, number]>([
  ["thinking", `<think>\nhm ${tagged(ls)}\n</think>\nok`, `hm ${tagged(ls)}`, "ok", 0],
  ["thinking that the template began", `hm\n</think>\n${tagged(ls)}`, "hm", "", 1],
  ["thinking without an end", "<think>hm", "hm", "", 0],
  ["no thought", "<think>\n\n</think>ok", null, "ok", 0],
])("%s is no call and no answer", ([, text, reasoning, content, calls]) => {
  const reply = parse(text);
  expect([reply.reasoning, reply.content, reply.calls.length]).toEqual([reasoning, content, calls]);
});

test("what goes back to the model has its calls as it wrote them, and nothing that it made up", () => {
  const text = `<think>hm</think>I look.\n${tagged(ls)}`;
  expect(parse(`${text}\n<tool_response>\nx`).raw).toBe(`I look.\n${tagged(ls)}`);
});

test("many unclosed tags are read in a time that does not explode", () => {
  const started = Date.now();
  parse(`<tool_call>{${"</tool_call>{".repeat(20_000)}`);
  parse("```json\n".repeat(5000));
  expect(Date.now() - started).toBeLessThan(10_000);
});
