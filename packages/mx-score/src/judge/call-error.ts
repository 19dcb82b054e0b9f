/** A call of the judge that gave no reply, and what that means. */
export class CallError extends Error {
  override name = "CallError";
  /** HTTP status; null: there was no answer. */
  readonly status: number | null;
  /** True where the endpoint cannot be used at all: no connection, no permission, no such path or model. */
  readonly unreachable: boolean;
  /** How often it is worth another try, at most. */
  readonly tries: "none" | "one" | "more";
  readonly retryAfterMs: number | null;
  /** True where the prompt is too long for the model. */
  readonly tooLong: boolean;

  constructor(
    message: string,
    facts: Partial<
      Pick<CallError, "status" | "unreachable" | "tries" | "retryAfterMs" | "tooLong">
    > & {
      cause?: unknown;
    },
  ) {
    super(message, { cause: facts.cause });
    this.status = facts.status ?? null;
    this.unreachable = facts.unreachable ?? false;
    this.tries = facts.tries ?? "none";
    this.retryAfterMs = facts.retryAfterMs ?? null;
    this.tooLong = facts.tooLong ?? false;
  }
}
