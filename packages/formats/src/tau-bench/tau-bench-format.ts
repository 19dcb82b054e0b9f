import { basename } from "node:path";
import type { Format } from "../format.ts";
import { importedRunId } from "../imported-run-id.ts";
import { objectOf } from "../json-value.ts";
import { partialJson } from "../partial-json.ts";
import { convertRows, readRows } from "../read-rows.ts";
import { tauBenchTrial } from "./tau-bench-trial.ts";

/**
 * tau-bench: the list that `run.py` writes (run.py, tau_bench/types.py), or its rows as NDJSON. The file says nothing
 * about the run that it is of: no model, no plan. So there is no `run` record, and two files of one name are one run.
 */
export const tauBenchFormat: Format = {
  name: "tau-bench",
  async detect(_path, start) {
    if (start === null) return false;
    const value = partialJson(start);
    const row = objectOf(Array.isArray(value) ? value[0] : value);
    if (row === null || !["task_id", "reward"].every((name) => name in row)) return false;
    // `trial` and `traj` come after `info`, which can be longer than what is seen of the file.
    return "info" in row || ("trial" in row && "finished" in row);
  },
  async *read(path, options) {
    const runId = importedRunId("tau-bench", { fileName: basename(path) });
    yield* convertRows(readRows(path, options), options, (row) =>
      tauBenchTrial(row, runId, options),
    );
  },
};
