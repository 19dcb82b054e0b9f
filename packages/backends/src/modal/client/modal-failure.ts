import { ExitCode, MxError } from "@mx/cli";
import { DeadlineError } from "./with-deadline.ts";

/**
 * What kind of failure a call to Modal came to: `credentials` (none, or refused), `not_found`, `throttled`
 * (RESOURCE_EXHAUSTED), `unavailable` (the network, or Modal itself: may pass), `refused` (will not pass).
 */
export type FailureKind = "credentials" | "not_found" | "throttled" | "unavailable" | "refused";

/** gRPC status codes, as the SDK's errors carry them: grpc.github.io/grpc/core/md_doc_statuscodes.html. */
const kinds: Record<number, FailureKind> = {
  1: "unavailable", // CANCELLED
  2: "unavailable", // UNKNOWN
  4: "unavailable", // DEADLINE_EXCEEDED
  5: "not_found",
  7: "credentials", // PERMISSION_DENIED
  8: "throttled", // RESOURCE_EXHAUSTED
  13: "unavailable", // INTERNAL
  14: "unavailable", // UNAVAILABLE
  16: "credentials", // UNAUTHENTICATED
};

const namedErrors: Record<string, FailureKind> = {
  NotFoundError: "not_found",
  ResourceExhaustedError: "throttled",
  TimeoutError: "unavailable",
  SandboxTimeoutError: "unavailable",
};

/** The kind of an error of the SDK, of gRPC below it, or of a deadline of ours. */
export function failureKind(error: unknown): FailureKind {
  if (error instanceof DeadlineError) return "unavailable";
  if (!(error instanceof Error)) return "refused";
  const { code } = error as { code?: unknown };
  if (typeof code === "number") return kinds[code] ?? "refused";
  // A socket that breaks carries a name of Node's, such as ECONNRESET.
  if (typeof code === "string" && /^E[A-Z]+$/.test(code)) return "unavailable";
  if (error.message.startsWith("Deadline exceeded")) return "unavailable";
  if (/token_id|token_secret|credentials/i.test(error.message)) return "credentials";
  return namedErrors[error.name] ?? "refused";
}

/** What Modal said, without the path of the call that gRPC puts before it. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { details } = error as { details?: unknown };
  const text = typeof details === "string" && details !== "" ? details : error.message;
  return text.replace(/^\/modal\.\S+ /, "").replace(/\s*Resolution note: *$/, "");
}

const hints: Record<FailureKind, string> = {
  credentials: "run `modal token set`, or set MODAL_TOKEN_ID and MODAL_TOKEN_SECRET",
  not_found: "check the name, and the environment that it is looked for in",
  throttled: "the workspace is at a limit: try again later, or with a smaller --parallel",
  unavailable: "check the network, and status.modal.com; the same command can go on later",
  refused: "see Modal's own words above",
};

/** A failed call as an error for people, exit code 69. An MxError stays what it is. */
export function modalError(error: unknown, what: string): MxError {
  if (error instanceof MxError) return error;
  const kind = failureKind(error);
  return new MxError(`${what}: ${failureText(error)}`, {
    code: `modal_${kind}`,
    exitCode: ExitCode.unavailable,
    hint: hints[kind],
    cause: error,
  });
}
