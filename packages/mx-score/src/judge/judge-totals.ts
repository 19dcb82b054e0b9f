import type { Usage } from "@mx/records";

/** What a judge has done so far. */
export interface JudgeTotals {
  /** Replies that came, readable or not. */
  calls: number;
  /** Answers that were kept from earlier. */
  cached: number;
  /** Replies that could not be read. */
  unreadable: number;
  /** Questions that got no reply. */
  failed: number;
  usage: Usage;
  /** In US dollars; null: unknown for at least one. */
  costUsd: number | null;
}
