import { countOf, objectOf } from "../json-value.ts";
import { RowFault } from "../row-fault.ts";
import { ModelCalls } from "./model-calls.ts";
import type { Sample } from "./sample.ts";

/** A sample of which the log keeps only the summary: log/_log.py, `EvalSampleSummary`. Throws RowFault where it is none. */
export function sampleOfSummary(value: unknown): Sample {
  const fields = objectOf(value);
  if (fields === null) throw new RowFault("a summary is not a JSON object");
  return {
    fields,
    messages: [],
    calls: new ModelCalls(),
    retries: countOf(fields["retries"]) ?? 0,
    isSummary: true,
  };
}
