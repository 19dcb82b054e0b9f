import type { Request } from "@mx/records";
import { noUsage } from "@mx/records";
import { expect, test } from "vitest";
import { nothingAsked } from "../call/asked.ts";
import { callEnded as record } from "../testing/call-ended.ts";
import { genaiSpan } from "./genai-span.ts";

function span(more: Partial<Request>, address: string | null = "http://10.0.0.1:8000/v1") {
  const facts = { asked: nothingAsked, address, traceparent: undefined, said: null };
  return genaiSpan({ ...record, ...more }, facts);
}

test.for<[string, string]>([
  ["https://api.openai.com/v1", "openai"],
  ["https://r1.openai.azure.com/openai", "azure.ai.openai"],
  ["https://api.anthropic.com/v1", "anthropic"],
  ["https://api.groq.com/openai/v1", "groq"],
  ["https://openrouter.ai/api/v1", "openrouter"],
  ["https://generativelanguage.googleapis.com/v1beta/openai", "gcp.gemini"],
  ["https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1", "aws.bedrock"],
  ["https://notopenai.com/v1", "mine"],
  ["https://api.openai.com.example.com/v1", "mine"],
  ["scripted", "mine"],
])("the provider behind %s is %s", ([address, provider]) => {
  const { attributes } = span({}, address);
  expect(attributes["gen_ai.provider.name"]).toBe(provider);
  expect(attributes["gen_ai.system"]).toBe(provider);
});

test("a span is named for what is done with which model", () => {
  const names: [string, string | null, string][] = [
    ["/v1/messages", "m", "chat m"],
    ["/v1/responses", "m", "chat m"],
    ["/v1/completions", "m", "text_completion m"],
    ["/v1/embeddings", "m", "embeddings m"],
    ["/v1/rerank", null, "rerank"],
  ];
  for (const [path, model, name] of names) expect(span({ path, model }).name).toBe(name);
  expect(span({ path: "/v1/embeddings" }).attributes["langfuse.observation.type"]).toBe(
    "embedding",
  );
});

test("times are the record's, to the millisecond and below", () => {
  const made = span({});
  expect(made).toMatchObject({ startedAt: Date.UTC(2026, 1, 14, 10, 30, 0, 250), elapsedMs: 30 });
  expect(made.attributes["langfuse.observation.completion_start_time"]).toBe(
    '"2026-02-14T10:30:00.262Z"',
  );
});

test("what is not known is left out, and never 0", () => {
  const { attributes } = span({ upstream: null, status: null, ttft_ms: null }, null);
  for (const [name, value] of Object.entries(attributes)) expect(value, name).not.toBeNull();
  for (const name of ["gen_ai.usage.input_tokens", "mx.cost_usd", "server.port", "mx.run_id"])
    expect(attributes).not.toHaveProperty([name]);
  const usage = { ...noUsage, calls: 1, input_tokens: 5 };
  const half = span({ usage }).attributes;
  expect(half["gen_ai.usage.input_tokens"]).toBe(5);
  expect(half).not.toHaveProperty(["langfuse.observation.usage_details"]);
});

test("what went wrong is the status, or else how the call ended", () => {
  expect(span({}).error).toBeNull();
  const kinds: [Partial<Request>, string, string][] = [
    [{ state: "error", status: 429, error: "slow down" }, "429", "slow down"],
    [{ state: "truncated", error: "cut" }, "truncated", "cut"],
    [{ state: "cancelled", status: null }, "cancelled", "cancelled"],
  ];
  for (const [more, type, error] of kinds) {
    const made = span(more);
    expect([made.attributes["error.type"], made.error]).toEqual([type, error]);
  }
});
