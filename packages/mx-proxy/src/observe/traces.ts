import type { Request } from "@mx/records";
import type { SpanFacts } from "./genai-span.ts";

/** What became of the spans so far. */
export interface SpanCounts {
  /** Taken by the collector. */
  sent: number;
  /** Not taken by it. */
  failed: number;
  /** Never sent, because too many were waiting. */
  dropped: number;
  waiting: number;
}

/** Where calls become spans. */
export interface Traces {
  /** The host that spans go to. */
  readonly target: string;
  /** True: what was said is told too. */
  readonly bodies: boolean;
  /** Takes a call that has ended. Never throws, and never waits. */
  add(record: Request, facts: SpanFacts): void;
  counts(): SpanCounts;
  /** Sends what is waiting, for so many milliseconds at most. */
  close(limitMs: number): Promise<void>;
}
