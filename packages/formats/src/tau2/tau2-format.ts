import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Format, ReadOptions } from "../format.ts";
import { objectOf } from "../json-value.ts";
import { fileStart, findFile, folderNames } from "../open-file.ts";
import { partialJson } from "../partial-json.ts";
import { convertRows, readObject, readRows, type Row } from "../read-rows.ts";
import { rejectRow } from "../row-fault.ts";
import { TrialNumbers } from "../trial-numbers.ts";
import { readTau2Header } from "./tau2-header.ts";
import { tau2Trial } from "./tau2-trial.ts";

/**
 * tau2 (and tau3): `Results` of tau2/data_model/simulation.py, in one file or as a folder of results.json and
 * simulations/ID.json. As in tau2, a results file that has a folder `simulations` beside it is of the second kind.
 */
export const tau2Format: Format = {
  name: "tau2",
  async detect(path, start) {
    if (start !== null) return isResults(start);
    const file = await findFile(path, "results.json");
    const beginning = file === null ? null : await fileStart(file);
    return beginning !== null && isResults(beginning);
  },
  async *read(path, options) {
    const isFolder = (await fileStart(path)) === null;
    const file = isFolder ? join(path, "results.json") : path;
    const header = await readTau2Header(file, basename(file), options);
    if (header.run !== null) yield header.run;
    const simulations = join(dirname(resolve(file)), "simulations");
    const rows = (await isFolderOf(simulations))
      ? folderRows(simulations, options)
      : readRows(file, options, "simulations");
    const numbers = new TrialNumbers();
    yield* convertRows(rows, options, (row) => tau2Trial(row, header, numbers, options));
  },
};

function isResults(start: Buffer): boolean {
  const document = objectOf(partialJson(start));
  const info = objectOf(document?.["info"]);
  if (info === null) return false;
  return "num_trials" in info && ("agent_info" in info || "user_info" in info);
}

async function isFolderOf(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

/** One simulation per file. */
async function* folderRows(folder: string, options: ReadOptions): AsyncGenerator<Row> {
  for (const name of await folderNames(folder)) {
    if (!name.endsWith(".json")) continue;
    const where = join(folder, name);
    try {
      yield { value: await readObject(where), where };
    } catch (error) {
      rejectRow(error, where, options);
    }
  }
}
