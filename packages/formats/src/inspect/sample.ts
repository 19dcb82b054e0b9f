import type { JsonObject } from "../json-value.ts";
import type { ModelCalls } from "./model-calls.ts";

/** One sample of a log, whatever form the log has: log/_log.py, `EvalSample`, with what it refers to in its place. */
export interface Sample {
  /** Its members but messages, events and pools. */
  fields: JsonObject;
  messages: readonly unknown[];
  calls: ModelCalls;
  /** How often it was run again after an error. */
  retries: number;
  /** Only its summary is there: texts are cut, and there is no conversation. */
  isSummary: boolean;
}

/** Members of a sample that no trial needs, and that can be its largest. */
export const unneeded: ReadonlySet<string> = new Set([
  "metadata",
  "store",
  "timelines",
  "transcript",
  "files",
  "setup",
  "role_usage",
]);
