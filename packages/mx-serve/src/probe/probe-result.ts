/** What a probe of a server came to. `detail` is a clause for people: "it answers 503 at /v1/models". */
export type ProbeResult =
  /** It works and is the one that was asked for; `models` as it lists them, empty for what is no model API. */
  | { state: "ready"; models: string[] }
  /** Not there yet, or not able to answer yet. */
  | { state: "waiting"; detail: string }
  /**
   * Something answers that is not what was asked for, and waiting will not change it. `refusesKey`: it may be the
   * right one, and wants another key, or one at all.
   */
  | { state: "wrong"; detail: string; refusesKey?: true };

/** Where a server is looked for. */
export interface ProbeTarget {
  /** `base_url` of its endpoint record. */
  baseUrl: string;
  /** The key that it wants; null: none. */
  key: string | null;
  /** Headers that its place wants besides. */
  headers?: Record<string, string>;
  /** How long one question may take, in ms; absent: 5 s. */
  timeoutMs?: number;
  /** Gives the probe up; it is `waiting` then. */
  signal?: AbortSignal;
}

/** So long one question may take, in ms: a server that loads a model may accept and not answer. */
export const probeTimeoutMs = 5_000;

/** The signal of a single question. */
export function questionSignal({ signal, timeoutMs }: ProbeTarget): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs ?? probeTimeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}
