import { expect, test } from "vitest";
import { ReplyFacts } from "./reply-facts.ts";

function read(...events: (object | string)[]): ReplyFacts {
  const facts = new ReplyFacts();
  for (const event of events)
    facts.event(typeof event === "string" ? event : JSON.stringify(event));
  return facts;
}

const unknown = { cached_input_tokens: null, reasoning_tokens: null, calls: 1 };

test("a chat stream with a last event for the usage", () => {
  const facts = read(
    { model: "m-1", choices: [{ delta: { content: "a" }, finish_reason: null }], usage: null },
    { model: "m-1", choices: [{ delta: {}, finish_reason: "stop" }] },
    {
      model: "m-1",
      choices: [],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 4,
        total_tokens: 14,
        prompt_tokens_details: { cached_tokens: 8 },
        completion_tokens_details: { reasoning_tokens: 3 },
      },
    },
    "[DONE]",
  );
  expect(facts).toMatchObject({ model: "m-1", finished: true, finishReason: "stop", error: null });
  expect(facts.usage).toEqual({
    input_tokens: 10,
    output_tokens: 4,
    cached_input_tokens: 8,
    reasoning_tokens: 3,
    calls: 1,
  });
});

test("usage in an event that has choices is read, and is not an event to hide", () => {
  const facts = new ReplyFacts();
  const usage = { prompt_tokens: 1, completion_tokens: 2 };
  const both = { choices: [{ finish_reason: "stop" }], usage };
  expect(facts.event(JSON.stringify(both))).toBe(false);
  expect(facts.event(JSON.stringify({ choices: [], usage }))).toBe(true);
  expect(facts.event(JSON.stringify({ choices: [], prompt_filter_results: [] }))).toBe(false);
  expect(facts.usage).toMatchObject({ input_tokens: 1, output_tokens: 2 });
});

test("an Anthropic stream", () => {
  const facts = read(
    {
      type: "message_start",
      message: {
        model: "c-1",
        usage: { input_tokens: 5, cache_read_input_tokens: 90, output_tokens: 1 },
      },
    },
    { type: "content_block_delta", delta: { text: "a" } },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 7 } },
  );
  expect(facts.finished).toBe(false);
  facts.event('{"type":"message_stop"}');
  expect(facts).toMatchObject({ model: "c-1", finished: true, finishReason: "end_turn" });
  expect(facts.usage).toEqual({
    input_tokens: 95,
    output_tokens: 7,
    cached_input_tokens: 90,
    reasoning_tokens: null,
    calls: 1,
  });
});

test("prompt tokens hold what LiteLLM says beside them of Anthropic's cache", () => {
  const facts = new ReplyFacts();
  const cache = { cache_read_input_tokens: 90, cache_creation_input_tokens: 5 };
  facts.document({ usage: { prompt_tokens: 100, completion_tokens: 7, ...cache } });
  expect(facts.usage).toMatchObject({
    input_tokens: 100,
    output_tokens: 7,
    cached_input_tokens: 90,
  });
});

test("an error that is nested more deeply than the stack can follow is still one", () => {
  const facts = new ReplyFacts();
  facts.event(`{"error":{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`);
  expect(facts.error).toMatch(/^an error that is nested/);
});

test("a responses stream", () => {
  const facts = read(
    { type: "response.created", response: { model: "g-1", usage: null } },
    {
      type: "response.completed",
      response: {
        usage: { input_tokens: 3, output_tokens: 2, input_tokens_details: { cached_tokens: 0 } },
      },
    },
  );
  expect(facts).toMatchObject({ model: "g-1", finished: true });
  expect(facts.usage).toMatchObject({ input_tokens: 3, output_tokens: 2, cached_input_tokens: 0 });
});

test("an error in a stream, and events that are not JSON", () => {
  expect(read("{broken", "", { error: { message: "overloaded" } })).toMatchObject({
    error: "overloaded",
    finished: false,
    usage: null,
  });
});

test.for([
  [
    { prompt_tokens: 8, total_tokens: 8 },
    { input_tokens: 8, output_tokens: 0, ...unknown },
  ],
  [{ prompt_tokens: 8 }, { input_tokens: 8, output_tokens: null, ...unknown }],
  [
    { prompt_tokens: -1, completion_tokens: 1.5 },
    { input_tokens: null, output_tokens: null, ...unknown },
  ],
  [
    { prompt_tokens: "8", completion_tokens: null },
    { input_tokens: null, output_tokens: null, ...unknown },
  ],
] as const)("usage %j", ([usage, counted]) => {
  const facts = new ReplyFacts();
  facts.document({ usage });
  expect(facts.usage).toEqual(counted);
});
