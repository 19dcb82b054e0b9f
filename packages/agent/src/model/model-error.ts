/**
 * What an unsuccessful request means for the agent.
 *
 * retry: may well work the next time · overflow: the conversation is too long · unreachable: nothing that can be
 * called is there, or not with this key, or somebody in between has tried in vain · refused: the server does not accept the request as it is
 */
export type ModelErrorKind = "retry" | "overflow" | "unreachable" | "refused";

/** A request to the model that gave no reply. */
export class ModelError extends Error {
  override name = "ModelError";
  readonly kind: ModelErrorKind;
  /** how long the server asks to wait, in ms */
  readonly retryAfterMs: number | null;

  constructor(
    kind: ModelErrorKind,
    message: string,
    options: { retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
