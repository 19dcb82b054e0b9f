import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

/** What the calls of a client came to, by the name of each. */
export type ClientResults = Record<string, unknown>;

const model = "fake-model";
const ask = "What is 17 * 23?";
const parameters = {
  type: "object" as const,
  properties: { a: { type: "integer" }, b: { type: "integer" } },
  required: ["a", "b"],
};

/** The openai package as anybody uses it. */
export async function openaiCalls(baseURL: string, apiKey: string): Promise<ClientResults> {
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
  const tool = { type: "function" as const, function: { name: "multiply", parameters } };
  const messages = [{ role: "user" as const, content: ask }];
  const chat = await client.chat.completions.create({ model, messages });
  let streamed = "";
  const stream = await client.chat.completions.create({ model, messages, stream: true });
  for await (const { choices } of stream) streamed += choices[0]?.delta.content ?? "";
  const options = { include_usage: true };
  const withUsage = await client.chat.completions.create({
    model,
    messages,
    stream: true,
    stream_options: options,
  });
  const usages: unknown[] = [];
  for await (const chunk of withUsage) usages.push(chunk.usage ?? null);
  const tools = await client.chat.completions.create({ model, messages, tools: [tool] });
  const said = tools.choices[0]?.message;
  const result = { role: "tool" as const, tool_call_id: "call_1", content: "391" };
  const told = said === undefined ? messages : [...messages, said, result];
  const after = await client.chat.completions.create({ model, messages: told, tools: [tool] });
  const runner = client.chat.completions.stream({ model, messages, tools: [tool] });
  const toolsStreamed = (await runner.finalChatCompletion()).choices[0]?.message.tool_calls;
  const response = await client.responses.create({ model, input: ask });
  const events: string[] = [];
  const flat = { type: "function" as const, name: "multiply", parameters, strict: false };
  const request = { model, input: ask, tools: [flat], stream: true as const };
  for await (const event of await client.responses.create(request)) events.push(event.type);
  const final = await client.responses.stream({ model, input: ask }).finalResponse();
  const { data } = await client.embeddings.create({ model: "fake-embedding", input: "x" });
  const models: string[] = [];
  for await (const one of client.models.list()) models.push(one.id);
  return {
    chat: [chat.choices[0]?.message.content, chat.usage],
    streamed,
    usages,
    tools: [said?.tool_calls, after.choices[0]?.message.content],
    toolsStreamed,
    response: [response.output_text, response.usage],
    events,
    final: final.output_text,
    embeddings: data[0]?.embedding,
    models,
  };
}

/** The Anthropic package as anybody uses it; its key is a bearer token, or an API key with a header of its own. */
export async function anthropicCalls(
  baseURL: string,
  key: { authToken: string | null; apiKey: string | null },
): Promise<ClientResults> {
  const client = new Anthropic({ baseURL, ...key, maxRetries: 0 });
  const messages = [{ role: "user" as const, content: ask }];
  const asked = { model, messages, max_tokens: 100 };
  const tool = { name: "multiply", input_schema: parameters };
  const plain = await client.messages.create(asked);
  const streamed = await client.messages.stream(asked).finalMessage();
  const tools = await client.messages.create({ ...asked, tools: [tool] });
  const types: string[] = [];
  const stream = client.messages.stream({ ...asked, tools: [tool] });
  for await (const event of stream) types.push(event.type);
  return { plain, streamed, tools, types, toolsStreamed: await stream.finalMessage() };
}
