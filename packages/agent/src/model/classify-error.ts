import { APIConnectionError, APIError } from "openai";
import { EmbeddedError } from "./assemble-reply.ts";
import { ModelError, type ModelErrorKind } from "./model-error.ts";
import { retryAfter } from "@mx/cli/retry-after";

/** How servers say that a conversation is too long: OpenAI, vLLM, SGLang, llama.cpp, Anthropic's endpoint. */
const overflow =
  /context[ _]length|context[ _]window|context[ _]size|maximum context|max_model_len|prompt is too long|input is too long|too many (input |total )?tokens|longer than the model|reduce the length/i;

/** Says what an error that came up during a request means. */
export function classifyError(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  if (error instanceof APIConnectionError) {
    const reason = innermost(error);
    return new ModelError("retry", `no connection to the model: ${reason}`, { cause: error });
  }
  if (error instanceof APIError || error instanceof EmbeddedError) {
    const details = (error.error ?? {}) as Record<string, unknown>;
    const status =
      (error instanceof APIError ? error.status : undefined) ?? numeric(details["code"]);
    const said = `${JSON.stringify(error.error ?? null)} ${error.message}`;
    const headers = error instanceof APIError ? error.headers : undefined;
    const kind = kindOf(status, said);
    // Who has tried often enough in between, as mx-proxy does, says so.
    const isFinal = kind === "retry" && headers?.get("x-should-retry") === "false";
    return new ModelError(
      isFinal ? "unreachable" : kind,
      `the model's server answered ${messageOf(error, details, status)}`,
      {
        retryAfterMs: retryAfter(headers),
        cause: error,
      },
    );
  }
  // Broken JSON, a connection closed in the middle of a reply, silence.
  return new ModelError("retry", `the model's reply did not arrive: ${innermost(error)}`, {
    cause: error,
  });
}

function kindOf(status: number | undefined, said: string): ModelErrorKind {
  if (status === 413) return "overflow";
  if ((status === undefined || status === 400 || status === 422) && overflow.test(said))
    return "overflow";
  if (status === 401 || status === 403 || status === 404) return "unreachable";
  if (status === undefined || status === 408 || status === 409 || status === 429) return "retry";
  return status >= 500 ? "retry" : "refused";
}

function messageOf(
  error: Error,
  details: Record<string, unknown>,
  status: number | undefined,
): string {
  const message = typeof details["message"] === "string" ? details["message"] : error.message;
  const text = message.replace(/^\d+ /, "").slice(0, 1000);
  return status === undefined ? text : `${status}: ${text}`;
}

function numeric(code: unknown): number | undefined {
  const value = Number(code);
  return Number.isInteger(value) && value >= 400 && value < 600 ? value : undefined;
}

/** The first cause says what happened; what wraps it says "Connection error." */
function innermost(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  if (inner instanceof AggregateError && inner.errors.length > 0) inner = inner.errors[0];
  const { message, code } = inner as NodeJS.ErrnoException;
  return message || code || String(inner);
}
