import { openaiError, type Refusal } from "./openai-error.ts";

/** Types of errors by status, as the Messages API documents them. */
const anthropicTypes: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  529: "overloaded_error",
};

/** The body of an error of the proxy's own, in the shape that the clients of this path know how to show. */
export function errorReply(path: string, refusal: Refusal): string {
  return isAnthropic(path) ? anthropicError(refusal) : openaiError(refusal);
}

/**
 * The event that ends a stream which broke, in the shape of the API that is streamed. `sequence` is the number of
 * the event before it, which those of the responses API carry; null: none came.
 */
export function errorEvent(path: string, refusal: Refusal, sequence: number | null): string {
  if (isAnthropic(path)) return `event: error\ndata: ${anthropicError(refusal)}\n\n`;
  if (path !== "/v1/responses") return `data: ${openaiError(refusal)}\n\n`;
  const { code, message } = refusal;
  const sequence_number = (sequence ?? -1) + 1;
  const data = { type: "error", code, message, param: null, sequence_number };
  return `event: error\ndata: ${JSON.stringify(data)}\n\n`;
}

function isAnthropic(path: string): boolean {
  return path === "/v1/messages" || path.startsWith("/v1/messages/");
}

function anthropicError({ status, code, message }: Refusal): string {
  const fallback = status < 500 ? "invalid_request_error" : "api_error";
  const type = anthropicTypes[status] ?? fallback;
  // The API has no place for a code, and its clients show the message.
  return JSON.stringify({ type: "error", error: { type, message: `${code}: ${message}` } });
}
