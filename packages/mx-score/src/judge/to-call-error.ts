import { APIConnectionError, APIError } from "openai";
import { CallError } from "./call-error.ts";
import { retryAfter } from "@mx/cli/retry-after";
import { ConnectError, SilenceError } from "@mx/cli/http-fetch";

/** How servers say that a prompt is too long: OpenAI, vLLM, SGLang, llama.cpp and others. */
const tooLongText =
  /context[ _](length|window|size)|maximum context|max_model_len|(prompt|input) is too long|too many (input |total )?tokens|longer than the model|reduce the length/i;

/** Says what an error that came up during a call means. */
export function toCallError(cause: unknown): CallError {
  if (cause instanceof CallError) return cause;
  if (cause instanceof APIError && cause.status !== undefined) return answered(cause);
  const inner = innermost(cause);
  if (inner instanceof ConnectError) {
    return new CallError(`no connection: ${inner.message}`, {
      unreachable: true,
      tries: "more",
      cause,
    });
  }
  // A server that was silent once for minutes will often be so again; each time costs these minutes.
  const tries = inner instanceof SilenceError ? "one" : "more";
  return new CallError(`no reply: ${inner.message || inner.name}`, { tries, cause });
}

function answered(error: APIError): CallError {
  const status = error.status as number;
  const details = error.error as { message?: unknown } | undefined;
  const said = typeof details?.message === "string" ? details.message : error.message;
  const mayHelp = status >= 500 || [408, 409, 425, 429].includes(status);
  // Who has tried often enough in between, as mx-proxy does, says so.
  const isFinal = !mayHelp || error.headers?.get("x-should-retry") === "false";
  const message = `the endpoint answered ${status}: ${said.replace(/^\d+ /, "").slice(0, 500)}`;
  return new CallError(message, {
    status,
    unreachable: status === 401 || status === 403 || status === 404,
    tries: isFinal ? "none" : "more",
    retryAfterMs: retryAfter(error.headers as Headers | undefined),
    tooLong: status === 413 || ((status === 400 || status === 422) && tooLongText.test(said)),
    cause: error,
  });
}

/** The first cause says what happened; what wraps it says "Connection error." */
function innermost(error: unknown): Error {
  let inner = error;
  while (inner instanceof Error && !(inner instanceof ConnectError)) {
    if (!(inner.cause instanceof Error)) break;
    inner = inner.cause;
  }
  if (inner instanceof APIConnectionError) return new ConnectError(inner.message);
  return inner instanceof Error ? inner : new Error(String(inner));
}
