import type { Request } from "@mx/records";
import type { Asked } from "../call/asked.ts";
import { spanPlace, type SpanPlace } from "./traceparent.ts";
import type { Message } from "./message.ts";

/** Version of OpenTelemetry's semantic conventions that the attributes follow. */
export const conventions = "1.37.0";

/** What a span says beside the record of its call. */
export interface SpanFacts {
  asked: Asked;
  /** Address of the upstream, without credentials; null: none was reached. */
  address: string | null;
  /** The client's `traceparent`. */
  traceparent: string | undefined;
  /** What was said, masked and cut to a limit; null: it is not to be told. */
  said: { input: Message[]; output: Message[]; cut: boolean } | null;
}

export type SpanAttributes = Record<string, string | number | boolean | string[]>;

/** A finished span, but for what all spans share. */
export interface GenaiSpan {
  name: string;
  place: SpanPlace;
  /** In ms since 1970. */
  startedAt: number;
  elapsedMs: number;
  /** Null: it went well. */
  error: string | null;
  attributes: SpanAttributes;
}

/** Operations by path; that of another path is the path below /v1. */
const operations: Record<string, string> = {
  "/v1/chat/completions": "chat",
  "/v1/responses": "chat",
  "/v1/messages": "chat",
  "/v1/completions": "text_completion",
};

/** Names of providers as the conventions have them, by the end of the host's name. */
const providers: [RegExp, string][] = [
  [/\.openai\.azure\.com$/, "azure.ai.openai"],
  [/\.(services\.ai|inference\.ai)\.azure\.com$/, "azure.ai.inference"],
  [/(^|\.)openai\.com$/, "openai"],
  [/(^|\.)anthropic\.com$/, "anthropic"],
  [/(^|\.)groq\.com$/, "groq"],
  [/(^|\.)mistral\.ai$/, "mistral_ai"],
  [/(^|\.)deepseek\.com$/, "deepseek"],
  [/(^|\.)x\.ai$/, "x_ai"],
  [/(^|\.)cohere\.(com|ai)$/, "cohere"],
  [/(^|\.)perplexity\.ai$/, "perplexity"],
  [/(^|\.)openrouter\.ai$/, "openrouter"],
  [/^generativelanguage\.googleapis\.com$/, "gcp.gemini"],
  [/^bedrock[\w-]*\.[\w-]+\.amazonaws\.com$/, "aws.bedrock"],
];

/**
 * The one place where a call becomes a span of the conventions for generative AI, with what Langfuse reads of
 * its own beside (https://langfuse.com/integrations/native/opentelemetry). What is not known is left out.
 */
export function genaiSpan(record: Request, facts: SpanFacts): GenaiSpan {
  const operation = operations[record.path] ?? record.path.replace(/^\/v1\//, "");
  const group = record.key === null ? null : `${record.run_id}/${record.key}/${record.attempt}`;
  const failed = record.state !== "ok";
  return {
    name: record.model === null ? operation : `${operation} ${record.model}`,
    place: spanPlace(record.id, group, facts.traceparent),
    startedAt: Date.parse(record.started_at),
    elapsedMs: record.elapsed_ms,
    error: failed ? (record.error ?? record.state) : null,
    attributes: known({
      "gen_ai.operation.name": operation,
      ...whereTo(record, facts.address),
      ...asked(record, facts.asked),
      ...replied(record),
      ...ownAttributes(record),
      ...langfuse(record, operation),
      ...(facts.said === null ? {} : said(facts.said)),
    }),
  };
}

type Loose = Record<string, string | number | boolean | string[] | null | undefined>;

function whereTo({ upstream, status, state }: Request, address: string | null): Loose {
  const url = address !== null && URL.canParse(address) ? new URL(address) : null;
  const host = url?.hostname ?? null;
  const provider = providers.find(([shape]) => host !== null && shape.test(host))?.[1] ?? upstream;
  const usual = url?.protocol === "https:" ? 443 : 80;
  return {
    "gen_ai.provider.name": provider,
    // Its name before 1.37, which many readers still look for.
    "gen_ai.system": provider,
    "server.address": host,
    "server.port": url === null ? null : Number(url.port || usual),
    "http.response.status_code": status,
    "error.type": state === "ok" ? null : status !== null && status >= 400 ? String(status) : state,
  };
}

function asked({ model }: Request, { body, stream }: Asked): Loose {
  const number = (name: string) => (typeof body?.[name] === "number" ? body[name] : null);
  return {
    "gen_ai.request.model": model,
    "gen_ai.request.stream": stream,
    "gen_ai.request.max_tokens":
      number("max_completion_tokens") ?? number("max_tokens") ?? number("max_output_tokens"),
    "gen_ai.request.temperature": number("temperature"),
    "gen_ai.request.top_p": number("top_p"),
    "gen_ai.request.seed": number("seed"),
  };
}

function replied({ model_served, finish_reason, usage }: Request): Loose {
  return {
    "gen_ai.response.model": model_served,
    "gen_ai.response.finish_reasons": finish_reason == null ? null : [finish_reason],
    ...(usage.calls === 0
      ? {}
      : {
          "gen_ai.usage.input_tokens": usage.input_tokens,
          "gen_ai.usage.output_tokens": usage.output_tokens,
        }),
  };
}

function ownAttributes(record: Request): Loose {
  return {
    "mx.request_id": record.id,
    "mx.run_id": record.run_id,
    "mx.trial_key": record.key,
    "mx.task_id": record.task_id,
    "mx.trial": record.trial,
    "mx.attempt": record.attempt,
    "mx.upstream": record.upstream,
    "mx.model_sent": record.model_sent,
    "mx.state": record.state,
    "mx.tries": record.attempts,
    "mx.cache": record.cache,
    "mx.cost_usd": record.cost_usd,
    "mx.ttft_ms": record.ttft_ms,
    "mx.queue_ms": record.queue_ms,
    "mx.cached_input_tokens": record.usage.cached_input_tokens,
    "mx.reasoning_tokens": record.usage.reasoning_tokens,
  };
}

function langfuse(record: Request, operation: string): Loose {
  const { usage, run_id, task_id, trial, cost_usd, ttft_ms, state } = record;
  const startedAt = Date.parse(record.started_at);
  return {
    "langfuse.observation.type": operation === "embeddings" ? "embedding" : "generation",
    "langfuse.observation.level":
      state === "ok" ? null : state === "cancelled" ? "WARNING" : "ERROR",
    "langfuse.observation.status_message": state === "ok" ? null : record.error,
    "langfuse.observation.usage_details": usage.calls === 0 ? null : usageDetails(usage),
    "langfuse.observation.cost_details":
      cost_usd === null ? null : JSON.stringify({ total: cost_usd }),
    "langfuse.observation.completion_start_time":
      ttft_ms === null ? null : JSON.stringify(new Date(startedAt + ttft_ms).toISOString()),
    "langfuse.session.id": run_id,
    "langfuse.trace.name": task_id === null ? null : `${task_id} #${trial}`,
    "langfuse.trace.tags": task_id === null ? null : ["mx", task_id],
  };
}

/** Langfuse adds its parts up, so that cached input must not be in the input as well. */
function usageDetails(usage: Request["usage"]): string | null {
  const { input_tokens: input, output_tokens: output, cached_input_tokens: cached } = usage;
  if (input === null || output === null) return null;
  const parts = { input: input - (cached ?? 0), output, total: input + output };
  return JSON.stringify(cached === null ? parts : { ...parts, input_cached_tokens: cached });
}

function said({ input, output, cut }: NonNullable<SpanFacts["said"]>): Loose {
  return {
    "gen_ai.input.messages": JSON.stringify(input),
    "gen_ai.output.messages": JSON.stringify(output),
    "mx.messages_cut": cut,
  };
}

function known(attributes: Loose): SpanAttributes {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      (entry): entry is [string, SpanAttributes[string]] => entry[1] != null,
    ),
  );
}
