import type { Format } from "../format.ts";
import { fileStart } from "../open-file.ts";
import { isEval, readEval } from "./read-eval.ts";
import { isJsonLog, readJsonLog } from "./read-json-log.ts";

/**
 * Logs of Inspect: `.eval`, a zip archive with a member per sample (log/_recorders/eval.py), chunked samples
 * included, and `.json`, one `EvalLog` (log/_log.py). Logs that were started, cancelled or ended by an error give what
 * is in them.
 */
export const inspectFormat: Format = {
  name: "inspect",
  async detect(path, start) {
    if (start === null) return false;
    return isZip(start) ? isEval(path) : isJsonLog(start);
  },
  async *read(path, options) {
    const start = await fileStart(path);
    yield* start !== null && isZip(start) ? readEval(path, options) : readJsonLog(path, options);
  },
};

/** By the header of the first member, or by the end of a directory that has none. */
function isZip(start: Buffer): boolean {
  return (
    start.length >= 4 &&
    ["PK\u0003\u0004", "PK\u0005\u0006"].includes(start.toString("latin1", 0, 4))
  );
}
