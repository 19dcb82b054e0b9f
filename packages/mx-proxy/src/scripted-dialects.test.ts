import Anthropic from "@anthropic-ai/sdk";
import { mintTrialKey } from "@mx/keys";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { expect, test } from "vitest";
import { secret, testProxy } from "./testing/test-proxy.ts";

const call = { name: "Bash", arguments: { command: "echo 'ä €' && ls -la /tmp/some/where" } };
const details = { cached_tokens: 40 };
const usage = { prompt_tokens: 100, completion_tokens: 7, prompt_tokens_details: details };
const lines = [
  {
    task: "a",
    turn: 1,
    content: "Let me look. ",
    reasoning: "hm, well",
    tool_calls: [call, call],
    usage,
  },
  { task: "a", turn: 2, when: { contains: "ok" }, content: "Done,\n ä€😀." },
  { task: "cut", turn: 1, content: "one two", finish_reason: "length" },
];

async function scripted() {
  const folder = await mkdtemp(join(tmpdir(), "mx-script-"));
  const script = join(folder, "script.ndjson");
  await writeFile(script, lines.map((line) => JSON.stringify(line)).join("\n"));
  const proxy = await testProxy({ script });
  await rm(folder, { recursive: true });
  return proxy;
}

function anthropic(url: string, task: string) {
  const defaultHeaders = { "x-mx-task": task };
  const baseURL = url.replace(/\/v1$/, "");
  return new Anthropic({ baseURL, apiKey: secret, authToken: null, maxRetries: 0, defaultHeaders });
}

function openai(baseURL: string, task: string) {
  const defaultHeaders = { "x-mx-task": task };
  return new OpenAI({ baseURL, apiKey: secret, maxRetries: 0, defaultHeaders });
}

test("a script answers Anthropic messages: thinking, text and tools, whole and as a stream", async () => {
  await using proxy = await scripted();
  const client = anthropic(proxy.url, "a");
  const tools = [{ name: "Bash", input_schema: { type: "object" as const } }];
  const first = [{ role: "user" as const, content: "please do a now" }];
  const asked = { model: "scripted", max_tokens: 100, tools };
  const whole = await client.messages.create({ ...asked, messages: first });
  const streamed = await client.messages.stream({ ...asked, messages: first }).finalMessage();
  expect(streamed.content).toEqual(whole.content);
  expect(whole.content).toMatchObject([
    { type: "thinking", thinking: "hm, well" },
    { type: "text", text: "Let me look. " },
    { type: "tool_use", name: "Bash", input: call.arguments },
    { type: "tool_use", name: "Bash", input: call.arguments },
  ]);
  for (const reply of [whole, streamed]) {
    expect(reply.stop_reason).toBe("tool_use");
    expect(reply.usage).toMatchObject({
      input_tokens: 60,
      cache_read_input_tokens: 40,
      output_tokens: 7,
    });
  }
  const results = whole.content.flatMap((block) =>
    block.type === "tool_use"
      ? [{ type: "tool_result" as const, tool_use_id: block.id, content: "ok" }]
      : [],
  );
  const told = [
    ...first,
    { role: "assistant" as const, content: whole.content },
    { role: "user" as const, content: results },
  ];
  const last = await client.messages.create({ ...asked, messages: told });
  expect(last.content).toMatchObject([{ type: "text", text: "Done,\n ä€😀." }]);
  expect(last.stop_reason).toBe("end_turn");
  const counted = { input_tokens: 100, output_tokens: 7, cached_input_tokens: 40 };
  for (const n of [0, 1]) expect((await proxy.record(n)).usage).toMatchObject(counted);
  const miss = anthropic(proxy.url, "b").messages.create({ ...asked, messages: first });
  await expect(miss).rejects.toMatchObject({ status: 404, type: "not_found_error" });
});

test("a script answers the responses API: reasoning, text and tools, whole and as a stream", async () => {
  await using proxy = await scripted();
  const client = openai(proxy.url, "a");
  const tool = { type: "function" as const, name: "Bash", parameters: {}, strict: false };
  const asked = { model: "scripted", tools: [tool], instructions: "be brief" };
  const whole = await client.responses.create({ ...asked, input: "please do a now" });
  const streamed = await client.responses
    .stream({ ...asked, input: "please do a now" })
    .finalResponse();
  for (const reply of [whole, streamed]) {
    expect(reply.output.map(({ type }) => type)).toEqual([
      "reasoning",
      "message",
      "function_call",
      "function_call",
    ]);
    expect(reply.output_text).toBe("Let me look. ");
    expect(reply.output[3]).toMatchObject({ arguments: JSON.stringify(call.arguments) });
    expect(reply.status).toBe("completed");
    expect(reply.usage).toMatchObject({
      input_tokens: 100,
      output_tokens: 7,
      input_tokens_details: details,
    });
  }
  const results = whole.output.flatMap((item) =>
    item.type === "function_call"
      ? [{ type: "function_call_output" as const, call_id: item.call_id, output: "ok" }]
      : [],
  );
  const input = [
    { role: "user" as const, content: "please do a now" },
    ...(whole.output as OpenAI.Responses.ResponseInputItem[]),
    ...results,
  ];
  const last = await client.responses.create({ ...asked, input });
  expect(last.output_text).toBe("Done,\n ä€😀.");
  const counted = { input_tokens: 100, output_tokens: 7, cached_input_tokens: 40 };
  for (const n of [0, 1]) expect((await proxy.record(n)).usage).toMatchObject(counted);
});

test("a call of a tool of free text is its text, and a tool in a namespace is called there", async () => {
  await using proxy = await scripted();
  const bash = { type: "function", name: "Bash", parameters: {} };
  const within = { type: "namespace", name: "shell", description: "", tools: [bash] };
  for (const [tool, found] of [
    [
      { type: "custom", name: "Bash" },
      { type: "custom_tool_call", input: "" },
    ],
    [within, { type: "function_call", namespace: "shell" }],
  ] as const) {
    const response = await fetch(`${proxy.url}/responses`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "x-mx-task": "a" },
      body: JSON.stringify({ model: "scripted", input: "x", tools: [tool] }),
    });
    const { output } = (await response.json()) as { output: object[] };

    expect(output[2]).toMatchObject(found);
  }
});

test("a reply that is cut is incomplete, and a conversation that is not sent cannot be gone on with", async () => {
  await using proxy = await scripted();
  const cut = await openai(proxy.url, "cut").responses.create({ model: "scripted", input: "x" });
  expect(cut).toMatchObject({
    status: "incomplete",
    incomplete_details: { reason: "max_output_tokens" },
  });
  const messages = [{ role: "user" as const, content: "x" }];
  const asked = { model: "scripted", max_tokens: 9, messages };
  expect((await anthropic(proxy.url, "cut").messages.create(asked)).stop_reason).toBe("max_tokens");
  const more = { model: "scripted", input: "y", previous_response_id: "resp_1" };
  await expect(openai(proxy.url, "a").responses.create(more)).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining("the whole conversation") as unknown,
  });
});

test("a script answers Google's generateContent, whole and as a stream, and the model is that of the path", async () => {
  await using proxy = await scripted();
  const ask = async (method: string, contents: object[], headers: Record<string, string>) => {
    const response = await fetch(`${proxy.url}/models/scripted:${method}`, {
      method: "POST",
      headers: { "x-mx-task": "a", ...headers },
      body: JSON.stringify({ contents, tools: [{ functionDeclarations: [{ name: "Bash" }] }] }),
    });
    return { status: response.status, text: await response.text() };
  };
  const user = { role: "user", parts: [{ text: "please do a now" }] };
  const key = { "x-goog-api-key": secret };
  const whole = await ask("generateContent", [user], key);
  const { candidates, usageMetadata } = JSON.parse(whole.text) as GoogleReply;
  const functionCall = { name: call.name, args: call.arguments };
  expect(candidates[0]).toMatchObject({
    finishReason: "STOP",
    content: {
      role: "model",
      parts: [
        { thought: true, text: "hm, well" },
        { text: "Let me look. " },
        { functionCall },
        { functionCall },
      ],
    },
  });
  expect(usageMetadata).toMatchObject({
    promptTokenCount: 100,
    candidatesTokenCount: 7,
    cachedContentTokenCount: 40,
  });
  const streamed = await ask("streamGenerateContent?alt=sse", [user], key);
  const events = streamed.text.split("\r\n\r\n").filter(Boolean);
  const said = events.flatMap(
    (event) => (JSON.parse(event.slice("data: ".length)) as GoogleReply).candidates,
  );
  const parts = said.flatMap(({ content }) => content.parts);
  expect(
    parts
      .filter(({ thought }) => thought)
      .map(({ text }) => text)
      .join(""),
  ).toBe("hm, well");
  expect(parts.filter((part) => part.functionCall !== undefined)).toHaveLength(2);
  expect(said.map(({ finishReason }) => finishReason).filter(Boolean)).toEqual(["STOP"]);
  const results = {
    role: "user",
    parts: [{ functionResponse: { name: "Bash", response: { output: "ok" } } }],
  };
  const last = await ask(
    "generateContent",
    [user, ...candidates.map(({ content }) => content), results],
    key,
  );
  expect((JSON.parse(last.text) as GoogleReply).candidates[0]?.content.parts).toEqual([
    { text: "Done,\n ä€😀." },
  ]);
  expect((await ask("generateContent", [user], { "x-goog-api-key": "another" })).status).toBe(401);
  // A trial's key is good for its model, which the role of the model's messages does not name.
  const claims = {
    run_id: "r",
    key: "k",
    task_id: "a",
    trial: 0,
    attempt: 0,
    models: ["scripted"],
  };
  const ofTrial = { "x-goog-api-key": await mintTrialKey(secret, claims, 60_000) };
  const long = [user, { role: "model", parts: [] }, { role: "model", parts: [] }, results];
  expect((await ask("generateContent", long, ofTrial)).status).toBe(200);
  const counted = { input_tokens: 100, output_tokens: 7, cached_input_tokens: 40 };
  for (const n of [0, 1]) {
    const record = await proxy.record(n);
    expect(record).toMatchObject({
      model: "scripted",
      state: "ok",
      usage: counted,
      finish_reason: "STOP",
    });
  }
});

interface GoogleReply {
  candidates: {
    content: { role: string; parts: { text?: string; thought?: boolean; functionCall?: object }[] };
    finishReason?: string;
  }[];
  usageMetadata: object;
}
