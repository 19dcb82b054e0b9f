import { expect, test } from "vitest";
import { event, fails, modelServer, says, type Answer } from "../testing/model-server.ts";
import { modelClient, type ModelSettings, type ToolDefinition } from "./model-client.ts";
import { ModelError } from "./model-error.ts";

const signal = new AbortController().signal;
const tools: ToolDefinition[] = [
  { type: "function", function: { name: "Bash", description: "", parameters: { type: "object" } } },
];

async function ask(answers: Answer[], more: Partial<ModelSettings> = {}) {
  await using server = await modelServer(...answers);
  const settings = {
    baseUrl: server.url,
    apiKey: "key",
    model: "m",
    stream: true,
    requestTimeoutMs: 5000,
  };
  const once = modelClient({ ...settings, ...more });
  const result = await once([{ role: "user", content: "hi" }], tools, signal).catch(
    (error: unknown) => error,
  );
  return { result, asked: server.asked };
}

const streamed =
  (...events: unknown[]): Answer =>
  (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(events.map((one) => (typeof one === "string" ? one : event(one))).join(""));
  };
const delta = (delta: object, finish_reason: string | null = null) => ({
  choices: [{ delta, finish_reason }],
});

test.for([true, false])("reads text, reasoning, calls and usage (stream: %s)", async (stream) => {
  const said = {
    content: "let me look — ü",
    reasoning: "hmm",
    calls: [
      ["Bash", { command: "ls" }],
      ["Read", {}],
    ],
  };
  const { result, asked } = await ask([says(said as Parameters<typeof says>[0])], { stream });
  expect(result).toEqual({
    content: "let me look — ü",
    reasoning: "hmm",
    calls: [
      { id: "call_0", name: "Bash", arguments: '{"command":"ls"}' },
      { id: "call_1", name: "Read", arguments: "{}" },
    ],
    finishReason: "tool_calls",
    model: "served",
    usage: {
      input_tokens: 10,
      output_tokens: 5,
      cached_input_tokens: 4,
      reasoning_tokens: 2,
      calls: 1,
    },
  });
  expect(asked[0]!.headers.authorization).toBe("Bearer key");
});

test("sends what is set, and nothing else", async () => {
  const plain = await ask([says("x")], { stream: false });
  expect(plain.asked[0]!.body).toEqual({
    model: "m",
    messages: [{ role: "user", content: "hi" }],
    tools,
    stream: false,
  });
  const all = { maxTokens: 9, temperature: 0, topP: 0.5, seed: 0 };
  const { asked } = await ask([says("x")], all);
  expect(asked[0]!.body).toMatchObject({
    max_tokens: 9,
    temperature: 0,
    top_p: 0.5,
    seed: 0,
    stream: true,
    stream_options: { include_usage: true },
  });
});

test.for([
  {
    name: "calls without an index, one after the other",
    deltas: [
      { tool_calls: [{ id: "a", function: { name: "A", arguments: "{" } }] },
      { tool_calls: [{ function: { arguments: "}" } }] },
      { tool_calls: [{ id: "b", function: { name: "B", arguments: "{}" } }] },
    ],
    calls: [
      { id: "a", name: "A", arguments: "{}" },
      { id: "b", name: "B", arguments: "{}" },
    ],
  },
  {
    name: "all calls with the index 0",
    deltas: [
      { tool_calls: [{ index: 0, id: "a", function: { name: "A", arguments: "{}" } }] },
      { tool_calls: [{ index: 0, id: "b", function: { name: "B", arguments: "{}" } }] },
    ],
    calls: [
      { id: "a", name: "A", arguments: "{}" },
      { id: "b", name: "B", arguments: "{}" },
    ],
  },
  {
    name: "interleaved pieces, no id, arguments that are no text",
    deltas: [
      { tool_calls: [{ index: 1, function: { name: "B", arguments: "" } }] },
      { tool_calls: [{ index: 0, function: { name: "A", arguments: { x: 1 } } }] },
      { tool_calls: [{ index: 1, function: { name: "B", arguments: "{}" } }] },
    ],
    calls: [
      { id: "call_0", name: "B", arguments: "{}" },
      { id: "call_1", name: "A", arguments: '{"x":1}' },
    ],
  },
  {
    name: "the same id twice",
    deltas: [
      { tool_calls: [{ index: 0, id: "a", function: { name: "A", arguments: "{}" } }] },
      { tool_calls: [{ index: 1, id: "a", function: { name: "B", arguments: "{}" } }] },
    ],
    calls: [
      { id: "a", name: "A", arguments: "{}" },
      { id: "a_1", name: "B", arguments: "{}" },
    ],
  },
])("puts together: $name", async ({ deltas, calls }) => {
  const events = deltas.map((one) => delta(one));
  const { result } = await ask([streamed(...events, delta({}, "tool_calls"), "data: [DONE]\n\n")]);
  expect(result).toMatchObject({ calls, usage: { input_tokens: null, calls: 1 } });
});

test.for<[name: string, answer: Answer, kind: string, message: RegExp]>([
  ["401", fails(401, "bad key"), "unreachable", /401: bad key/],
  ["403", fails(403, "no"), "unreachable", /403: no/],
  ["404", fails(404, { message: "no such model" }), "unreachable", /404: no such model/],
  ["408", fails(408, "late"), "retry", /408/],
  ["409", fails(409, "lock"), "retry", /409/],
  ["429", fails(429, "Too many tokens per minute"), "retry", /429/],
  ["500", fails(500, "oops"), "retry", /500: oops/],
  ["529", fails(529, "overloaded"), "retry", /529/],
  ["400", fails(400, "bad temperature"), "refused", /400: bad temperature/],
  ["422", fails(422, "bad field"), "refused", /422/],
  [
    "OpenAI's overflow",
    fails(400, { message: "too long", code: "context_length_exceeded" }),
    "overflow",
    /too long/,
  ],
  [
    "vLLM's overflow",
    fails(
      400,
      "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens",
    ),
    "overflow",
    /4096/,
  ],
  [
    "Anthropic's overflow",
    fails(400, "prompt is too long: 210000 tokens > 200000 maximum"),
    "overflow",
    /210000/,
  ],
  [
    "llama.cpp's overflow",
    fails(400, "the request exceeds the available context size"),
    "overflow",
    /context size/,
  ],
  ["413", fails(413, "Request Entity Too Large"), "overflow", /413/],
  [
    "a page in place of JSON",
    (r) => r.writeHead(200, { "content-type": "text/html" }).end("<h1>"),
    "retry",
    /not JSON: <h1>/,
  ],
  ["JSON that is no completion", (r) => r.writeHead(200).end("{}"), "retry", /no chat completion/],
  [
    "an error with status 200",
    (r) => r.writeHead(200).end('{"error":{"message":"later","code":502}}'),
    "retry",
    /502: later/,
  ],
  [
    "a refusal with status 200",
    (r) => r.writeHead(200).end('{"error":{"message":"who?","code":401}}'),
    "unreachable",
    /401: who/,
  ],
  [
    "an overflow with status 200",
    streamed({ error: { message: "context length exceeded" } }),
    "overflow",
    /context length/,
  ],
  [
    "broken JSON in a stream",
    streamed(delta({ content: "a" }), "data: {oops\n\n"),
    "retry",
    /did not arrive/,
  ],
  [
    "an error in a stream",
    streamed(delta({ content: "a" }), { error: { message: "gone" } }),
    "retry",
    /gone/,
  ],
  [
    "a stream without an end",
    streamed(delta({ content: "a" })),
    "retry",
    /before the reply was complete/,
  ],
  ["an empty stream", streamed("data: [DONE]\n\n"), "retry", /before the reply was complete/],
  [
    "a connection closed mid-stream",
    (r) => {
      r.writeHead(200, { "content-type": "text/event-stream" }).write(
        event(delta({ content: "a" })),
      );
      setTimeout(() => r.destroy(), 30);
    },
    "retry",
    /did not arrive: aborted/,
  ],
  [
    "a connection closed at once",
    (r) => r.destroy(),
    "retry",
    /no connection to the model: socket hang up/,
  ],
])("%s: %s is %s", async ([, answer, kind, message]) => {
  const { result, asked } = await ask([answer]);
  expect(result).toBeInstanceOf(ModelError);
  expect(result).toMatchObject({ kind });
  expect((result as ModelError).message).toMatch(message);
  expect(asked).toHaveLength(1);
});

test("a port where nothing listens is worth a retry", async () => {
  const { result } = await ask([says("x")], { baseUrl: "http://127.0.0.1:9/v1" });
  expect(result).toMatchObject({ kind: "retry", message: expect.stringMatching(/ECONNREFUSED/) });
});

test("silence is worth a retry, in a stream too", async () => {
  const quiet: Answer = (response) =>
    response.writeHead(200, { "content-type": "text/event-stream" }).write(": hi\n\n");
  for (const answer of [quiet, () => {}]) {
    const { result } = await ask([answer], { requestTimeoutMs: 200 });
    expect(result).toMatchObject({
      kind: "retry",
      message: expect.stringMatching(/silent for 0.2 s/),
    });
  }
});

test("keeps what the server asks to wait", async () => {
  const { result } = await ask([fails(429, "slow down", { "retry-after": "7" })]);
  expect(result).toMatchObject({ retryAfterMs: 7000 });
});

test("a server that has tried enough by itself is not asked again", async () => {
  const { result } = await ask([fails(502, "no", { "x-should-retry": "false" })]);
  expect(result).toMatchObject({ kind: "unreachable" });
});

test("takes a plain reply where a stream was asked for, and a stream that ends with its figures only", async () => {
  const body = { choices: [{ message: { content: "plain" }, finish_reason: "stop" }] };
  const plain = await ask([
    (r) => r.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body)),
  ]);
  expect(plain.result).toMatchObject({ content: "plain" });
  const figures = await ask([
    streamed(delta({ content: "ok" }), { choices: [], usage: { prompt_tokens: 1 } }),
  ]);
  expect(figures.result).toMatchObject({
    content: "ok",
    usage: { input_tokens: 1, output_tokens: null },
  });
});

test("says it in another way to a server that does not know a parameter", async () => {
  const unknown = fails(
    400,
    "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
  );
  const options = fails(400, "Unknown field stream_options");
  const { result, asked } = await ask([unknown, options, says("ok")], { maxTokens: 50 });
  expect(result).toMatchObject({ content: "ok" });
  expect(asked[2]!.body).toMatchObject({ max_completion_tokens: 50 });
  expect(asked[2]!.body).not.toHaveProperty("max_tokens");
  expect(asked[2]!.body).not.toHaveProperty("stream_options");
});
