import { expect, test } from "vitest";
import { inputMessages, type Message } from "./message.ts";
import { ReplyMessages } from "./reply-messages.ts";

function said(documents: object[], characters = 10_000): Message[] {
  const reply = new ReplyMessages(characters);
  for (const document of documents) reply.add(document as Record<string, unknown>);
  return reply.messages();
}

const call = { type: "tool_call", id: "c1", name: "Bash", arguments: '{"a":1}' };
const function_ = { name: "Bash", arguments: '{"a":1}' };

test("a chat completion reads the same whether or not it is streamed", () => {
  const parts = [{ type: "reasoning", content: "hm" }, { type: "text", content: "Hello" }, call];
  const delta = (value: object) => ({ choices: [{ index: 0, delta: value }] });
  expect(
    said([
      delta({ role: "assistant", reasoning_content: "hm" }),
      delta({ content: "Hel" }),
      delta({ content: "lo" }),
      delta({ tool_calls: [{ index: 0, id: "c1", function: { name: "Bash", arguments: "" } }] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] }),
      delta({ tool_calls: [{ index: 0, function: { arguments: ":1}" } }] }),
      { choices: [], usage: {} },
    ]),
  ).toEqual([{ role: "assistant", parts }]);
  const message = {
    role: "assistant",
    content: "Hello",
    tool_calls: [{ id: "c1", function: function_ }],
  };
  expect(said([{ choices: [{ index: 0, message }] }])).toEqual([
    { role: "assistant", parts: parts.slice(1) },
  ]);
});

test("an Anthropic message reads the same whether or not it is streamed", () => {
  const parts = [{ type: "reasoning", content: "hm" }, { type: "text", content: "Hello" }, call];
  const start = (content_block: object) => ({ type: "content_block_start", content_block });
  const delta = (value: object) => ({ type: "content_block_delta", delta: value });
  expect(
    said([
      { type: "message_start", message: { type: "message", content: [] } },
      start({ type: "thinking", thinking: "" }),
      delta({ type: "thinking_delta", thinking: "hm" }),
      start({ type: "text", text: "" }),
      delta({ type: "text_delta", text: "Hel" }),
      delta({ type: "text_delta", text: "lo" }),
      start({ type: "tool_use", id: "c1", name: "Bash", input: {} }),
      delta({ type: "input_json_delta", partial_json: '{"a"' }),
      delta({ type: "input_json_delta", partial_json: ":1}" }),
    ]),
  ).toEqual([{ role: "assistant", parts }]);
  const content = [
    { type: "thinking", thinking: "hm" },
    { type: "text", text: "Hello" },
    { type: "tool_use", id: "c1", name: "Bash", input: { a: 1 } },
  ];
  expect(said([{ type: "message", role: "assistant", content }])).toEqual([
    { role: "assistant", parts },
  ]);
});

test("a response reads the same whether or not it is streamed", () => {
  const output = [
    { type: "message", role: "assistant", content: [{ type: "output_text", text: "Hello" }] },
    { type: "function_call", id: "fc", call_id: "c1", ...function_ },
  ];
  const parts = [{ type: "text", content: "Hello" }, call];
  expect(said([{ object: "response", output }])).toEqual([{ role: "assistant", parts }]);
  expect(
    said([
      { type: "response.created", response: { output: [] } },
      { type: "response.output_text.delta", delta: "Hel" },
      { type: "response.output_text.delta", delta: "lo" },
      { type: "response.completed", response: { output } },
    ]),
  ).toEqual([{ role: "assistant", parts }]);
});

test("completions and further choices are read, and memory has a bound", () => {
  expect(
    said([
      {
        choices: [
          { index: 0, text: "a" },
          { index: 1, text: "b" },
        ],
      },
    ]),
  ).toEqual([
    { role: "assistant", parts: [{ type: "text", content: "a" }] },
    { role: "assistant", parts: [{ type: "text", content: "b" }] },
  ]);
  const reply = new ReplyMessages(5);
  for (let n = 0; n < 100; n += 1) {
    reply.add({ choices: [{ index: 0, delta: { content: "ab", tool_calls: [{}] } }] });
    reply.add({ choices: [{ index: n, delta: { content: "" } }] });
  }
  expect(reply.messages()).toEqual([
    { role: "assistant", parts: [{ type: "text", content: "ababa" }] },
  ]);
  expect(reply.cut).toBe(true);
});

test("what is asked is read from the bodies of all APIs, without the bytes of images", () => {
  expect(
    inputMessages({
      system: "be brief",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "see" },
            { type: "image_url", image_url: {} },
          ],
        },
        { role: "assistant", content: null, tool_calls: [{ id: "c1", function: function_ }] },
        { role: "tool", tool_call_id: "c1", content: "1" },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "c1", content: "1" }] },
      ],
    }),
  ).toEqual([
    { role: "system", parts: [{ type: "text", content: "be brief" }] },
    { role: "user", parts: [{ type: "text", content: "see" }, { type: "image_url" }] },
    { role: "assistant", parts: [call] },
    { role: "tool", parts: [{ type: "tool_call_response", id: "c1", response: "1" }] },
    { role: "user", parts: [{ type: "tool_call_response", id: "c1", response: "1" }] },
  ]);
  expect(inputMessages({ input: "hi", instructions: "be brief" })).toEqual([
    { role: "system", parts: [{ type: "text", content: "be brief" }] },
    { role: "user", parts: [{ type: "text", content: "hi" }] },
  ]);
  const output = { type: "function_call_output", call_id: "c1", output: "1" };
  expect(inputMessages({ input: [{ role: "user", content: "hi" }, output] })[1]?.parts).toEqual([
    { type: "tool_call_response", id: "c1", response: "1" },
  ]);
  expect(inputMessages({ prompt: ["a", "b"] }).length).toBe(2);
  expect(inputMessages(null)).toEqual([]);
});

test("arguments that are nested more deeply than the stack can follow are left out", () => {
  const input: unknown = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
  const content = [{ type: "tool_use", id: "t", name: "f", input }];
  expect(inputMessages({ messages: [{ role: "assistant", content }] })[0]?.parts).toEqual([
    { type: "tool_call", id: "t", name: "f", arguments: "" },
  ]);
});

test("a stream without end leaves no more behind than there is room for", () => {
  const reply = new ReplyMessages(10);
  for (let event = 0; event < 1000; event += 1) {
    reply.add({ choices: [{ delta: { content: "0123" } }] });
    reply.add({ choices: [{ delta: { reasoning: "0123" } }] });
  }
  expect(reply.cut).toBe(true);
  expect(reply.messages()[0]?.parts.length).toBe(3);
});
