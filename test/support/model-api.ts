import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { listening } from "./listening.ts";

/** A request as the API got it. */
export interface ApiRequest {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

export interface ModelApi extends AsyncDisposable {
  /** Base URL, with /v1. */
  url: string;
  seen: ApiRequest[];
}

type Json = Record<string, unknown>;

const answer = ["It ", "is ", "391", " – no more,", " no less."];
const call = { name: "multiply", arguments: '{"a": 17, "b": 23}' };
const argumentParts = ['{"a"', ': 17, "b', '": 23}'];
const model = "fake-model-2026-01-01";

/**
 * An API that plays chat completions, responses, embeddings and messages as the real ones do, with every field that
 * their clients look at. It calls the tool that it is offered, and answers where it has been told the result.
 */
export async function modelApi(): Promise<ModelApi> {
  const seen: ApiRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => {
      const body = Buffer.concat(chunks).toString();
      const { method = "", url: path = "", headers } = request;
      seen.push({ method, path, headers, body });
      void play(response, path.split("?")[0] ?? "", body === "" ? {} : (JSON.parse(body) as Json));
    });
  });
  return { seen, ...(await listening(server)) };
}

async function play(response: ServerResponse, path: string, body: Json): Promise<void> {
  const routes: Record<string, (body: Json) => Json | Json[]> = {
    "/v1/models": () => ({
      object: "list",
      data: [{ id: "fake-model", object: "model", created: 1, owned_by: "x" }],
    }),
    "/v1/chat/completions": chat,
    "/v1/responses": responses,
    "/v1/embeddings": embeddings,
    "/v1/messages": messages,
  };
  const reply = routes[path]?.(body);
  if (reply === undefined) {
    response.writeHead(404, { "content-type": "application/json" });
    return void response.end('{"error":{"message":"no such path","type":"invalid_request_error"}}');
  }
  if (!Array.isArray(reply)) {
    response.writeHead(200, { "content-type": "application/json", "x-request-id": "req_1" });
    return void response.end(JSON.stringify(reply));
  }
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  for (const event of reply) {
    // The newer APIs name their events; the type is in the data as well.
    if (typeof event["type"] === "string") response.write(`event: ${event["type"]}\n`);
    response.write(`data: ${JSON.stringify(event)}\n\n`);
    await sleep(1);
  }
  response.end(path === "/v1/chat/completions" ? "data: [DONE]\n\n" : undefined);
}

const wantsTool = (body: Json, toldBy: string) =>
  Array.isArray(body["tools"]) && !JSON.stringify(body).includes(toldBy);

function chat(body: Json): Json | Json[] {
  const tool = wantsTool(body, '"role":"tool"');
  const usage = {
    prompt_tokens: 31,
    completion_tokens: 9,
    total_tokens: 40,
    prompt_tokens_details: { cached_tokens: 16, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 4 },
  };
  const same = { id: "chatcmpl-1", created: 1_764_000_000, model, system_fingerprint: "fp_1" };
  const finish = tool ? "tool_calls" : "stop";
  if (body["stream"] !== true) {
    const toolCalls = [{ id: "call_1", type: "function", function: call }];
    const message = tool
      ? { role: "assistant", content: null, tool_calls: toolCalls }
      : { role: "assistant", content: answer.join(""), refusal: null };
    const choice = { index: 0, message, logprobs: null, finish_reason: finish };
    return { ...same, object: "chat.completion", choices: [choice], usage };
  }
  const chunk = (delta: Json, reason: string | null = null): Json => ({
    ...same,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
  });
  const deltas = tool
    ? [
        { index: 0, id: "call_1", type: "function", function: { name: call.name, arguments: "" } },
        ...argumentParts.map((part) => ({ index: 0, function: { arguments: part } })),
      ].map((one) => ({ tool_calls: [one] }))
    : answer.map((content) => ({ content }));
  const options = body["stream_options"] as Json | undefined;
  return [
    chunk({ role: "assistant", content: tool ? null : "" }),
    ...deltas.map((delta) => chunk(delta)),
    chunk({}, finish),
    ...(options?.["include_usage"] === true
      ? [{ ...same, object: "chat.completion.chunk", choices: [], usage }]
      : []),
  ];
}

function responses(body: Json): Json | Json[] {
  const tool = wantsTool(body, "function_call_output");
  const text = { type: "output_text", text: answer.join(""), annotations: [], logprobs: [] };
  const item: Json = tool
    ? { type: "function_call", id: "fc_1", call_id: "call_1", status: "completed", ...call }
    : { type: "message", id: "msg_1", status: "completed", role: "assistant", content: [text] };
  const whole: Json = {
    id: "resp_1",
    object: "response",
    created_at: 1_764_000_000,
    status: "completed",
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    model,
    output: [item],
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: "auto",
    tools: body["tools"] ?? [],
    top_p: 1,
    usage: {
      input_tokens: 31,
      input_tokens_details: { cached_tokens: 16 },
      output_tokens: 9,
      output_tokens_details: { reasoning_tokens: 4 },
      total_tokens: 40,
    },
  };
  if (body["stream"] !== true) return whole;
  const begun = { ...whole, status: "in_progress", output: [], usage: null };
  const at = { output_index: 0, item_id: tool ? "fc_1" : "msg_1" };
  const inside = { ...at, content_index: 0 };
  const middle: Json[] = tool
    ? [
        ...argumentParts.map((delta) => ({
          type: "response.function_call_arguments.delta",
          ...at,
          delta,
        })),
        {
          type: "response.function_call_arguments.done",
          ...at,
          name: call.name,
          arguments: call.arguments,
        },
      ]
    : [
        { type: "response.content_part.added", ...inside, part: { ...text, text: "" } },
        ...answer.map((delta) => ({
          type: "response.output_text.delta",
          ...inside,
          delta,
          logprobs: [],
        })),
        { type: "response.output_text.done", ...inside, text: text.text, logprobs: [] },
        { type: "response.content_part.done", ...inside, part: text },
      ];
  const empty = tool ? { ...item, arguments: "" } : { ...item, content: [] };
  return [
    { type: "response.created", response: begun },
    { type: "response.in_progress", response: begun },
    {
      type: "response.output_item.added",
      output_index: 0,
      item: { ...empty, status: "in_progress" },
    },
    ...middle,
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: whole },
  ].map((event, sequence_number) => ({ ...event, sequence_number }));
}

function embeddings(body: Json): Json {
  const vector = [0.25, -0.5, 1];
  const bytes = Buffer.from(Float32Array.from(vector).buffer);
  const embedding = body["encoding_format"] === "base64" ? bytes.toString("base64") : vector;
  return {
    object: "list",
    data: [{ object: "embedding", index: 0, embedding }],
    model: "fake-embedding",
    usage: { prompt_tokens: 5, total_tokens: 5 },
  };
}

function messages(body: Json): Json | Json[] {
  const tool = wantsTool(body, "tool_result");
  const input = JSON.parse(call.arguments) as Json;
  const block = tool
    ? { type: "tool_use", id: "toolu_1", name: call.name, input }
    : { type: "text", text: answer.join(""), citations: null };
  const usage = {
    input_tokens: 15,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 16,
    output_tokens: 9,
  };
  const same = { id: "msg_1", type: "message", role: "assistant", model };
  const stop = { stop_reason: tool ? "tool_use" : "end_turn", stop_sequence: null };
  if (body["stream"] !== true) return { ...same, content: [block], ...stop, usage };
  const empty = tool ? { ...block, input: {} } : { ...block, text: "" };
  const deltas = tool
    ? argumentParts.map((partial_json) => ({ type: "input_json_delta", partial_json }))
    : answer.map((text) => ({ type: "text_delta", text }));
  const begun = { ...same, content: [], stop_reason: null, stop_sequence: null };
  return [
    { type: "message_start", message: { ...begun, usage: { ...usage, output_tokens: 1 } } },
    { type: "content_block_start", index: 0, content_block: empty },
    { type: "ping" },
    ...deltas.map((delta) => ({ type: "content_block_delta", index: 0, delta })),
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: stop, usage: { output_tokens: 9 } },
    { type: "message_stop" },
  ];
}
