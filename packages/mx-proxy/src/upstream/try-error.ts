import type { UpstreamFault } from "./upstream.ts";

/** A try that ended without a head: what the client may be told, and whether another try may fare better. */
export interface TryError {
  fault: UpstreamFault;
  /** `unreachable`: no connection. `broken`: one that died without an answer. `final`: it would fail again. */
  kind: "unreachable" | "broken" | "final";
}

/** Errors of connecting that pass; a name that does not exist and a certificate that is wrong do not. */
const passing = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_SOCKET",
]);

/** What an error of the HTTP client means. `sent`: the request had gone out. */
export function tryError(error: Error, sent: boolean): TryError {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const reason = describe(error);
  if (sent) {
    const message = `the upstream closed the connection without an answer: ${reason}`;
    return { fault: { code: "upstream_reset", message }, kind: isHttp(error) ? "broken" : "final" };
  }
  if (code === "UND_ERR_INVALID_ARG") {
    const message = `cannot be forwarded: ${error.message}`;
    return { fault: { code: "bad_request", message }, kind: "final" };
  }
  const message = `the upstream cannot be reached: ${reason}`;
  const kind = passing.has(code) ? "unreachable" : "final";
  return { fault: { code: "upstream_unreachable", message }, kind };
}

/** False: what came was no HTTP. It will be none in a second, and the call has had its effect. */
function isHttp({ name, message, code }: NodeJS.ErrnoException): boolean {
  if (name === "HTTPParserError" || code === "UND_ERR_HEADERS_OVERFLOW") return false;
  // undici says so of a 100 and a 101 that nobody asked for.
  return !(code === "UND_ERR_SOCKET" && /^bad (response|upgrade)$/.test(message));
}

/** An error of the network in a few words; several addresses that all failed are several errors. */
export function describe(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof AggregateError) {
    return error.errors
      .map((each: unknown) => (each instanceof Error ? each.message : String(each)))
      .join("; ");
  }
  return error.message || code || error.name;
}
