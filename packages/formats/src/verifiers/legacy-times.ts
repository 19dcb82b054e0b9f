import type { Trial } from "@mx/records";
import { numberOf, objectOf, type JsonObject } from "../json-value.ts";

/**
 * Where the time of a row went. Rows have had `generation_ms` and `scoring_ms` of their own, the same two in
 * `timing`, and spans in seconds there (`RolloutTiming` of verifiers/legacy/types.py).
 */
export function legacyTimes(row: JsonObject): {
  startedAt: unknown;
  timeMs: Partial<Trial["time_ms"]>;
} {
  const timing = objectOf(row["timing"]) ?? {};
  const ms = (name: string, span: string) =>
    numberOf(row[`${name}_ms`]) ?? numberOf(timing[`${name}_ms`]) ?? spanMs(timing[span]);
  return {
    startedAt: numberOf(timing["start_time"]),
    timeMs: {
      sandbox: spanMs(timing["setup"]),
      agent: ms("generation", "generation"),
      model: spanMs(timing["model"]),
      grade: ms("scoring", "scoring"),
    },
  };
}

/** The length of `{start, end, duration}` or of `{spans, duration}`, in ms; null: unknown, or it never ended. */
function spanMs(value: unknown): number | null {
  const span = objectOf(value);
  if (span === null || span["end"] === 0) return null;
  const seconds = numberOf(span["duration"]);
  if (seconds !== null) return Math.max(0, seconds * 1000);
  const [start, end] = [numberOf(span["start"]), numberOf(span["end"])];
  return start === null || end === null ? null : Math.max(0, (end - start) * 1000);
}
