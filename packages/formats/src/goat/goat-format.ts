import { dirname, join, resolve } from "node:path";
import type { Format, ReadOptions } from "../format.ts";
import { objectOf, type JsonObject } from "../json-value.ts";
import { fileStart, findFile, folderNames } from "../open-file.ts";
import { partialJson } from "../partial-json.ts";
import { convertRows, readObject, readRows, type Row } from "../read-rows.ts";
import { rejectRow } from "../row-fault.ts";
import { goatFolderHeader, readGoatSummary } from "./goat-header.ts";
import { goatTrial } from "./goat-trial.ts";

/**
 * goat: the summary.json of modal_sandbox.py, its run folder, or, where the summary was lost (it was too long for one
 * argument of a command), the folder's files of one task each.
 */
export const goatFormat: Format = {
  name: "goat",
  async detect(path, start) {
    if (start !== null) return kindOf(start) !== null;
    for (const file of await jsonFiles(path)) {
      const beginning = await fileStart(file);
      // The first file that is of goat decides; folders of others have none.
      if (beginning !== null && kindOf(beginning) !== null) return true;
    }
    return false;
  },
  async *read(path, options) {
    const isFolder = (await fileStart(path)) === null;
    const summary = isFolder ? await findFile(path, "summary.json") : path;
    const start = summary === null ? null : await fileStart(summary);
    if (summary !== null && (start === null || kindOf(start) !== "task")) {
      const header = await readGoatSummary(summary, options);
      if (header.run !== null) yield header.run;
      const rows = readRows(summary, options, "results");
      yield* convertRows(rows, options, (row) => goatTrial(row, header, options));
      return;
    }
    const folder = isFolder ? path : dirname(resolve(path));
    const header = goatFolderHeader(folder);
    const rows = objectRows(isFolder ? await jsonFiles(path) : [path], options);
    yield* convertRows(rows, options, (row) => goatTrial(row, header, options));
  },
};

function kindOf(start: Buffer): "summary" | "task" | null {
  const found = objectOf(partialJson(start));
  if (found === null || "type" in found) return null;
  if ("run_id" in found && "mode" in found && hasSome(found, ["total_runs", "total_tasks"])) {
    return "summary";
  }
  return ["id", "prompt", "output", "exit_code"].every((name) => name in found) ? "task" : null;
}

function hasSome(found: JsonObject, names: string[]): boolean {
  return names.some((name) => name in found);
}

/** The JSON files of a folder: the summary first, because it can answer for all. */
async function jsonFiles(folder: string): Promise<string[]> {
  const names = (await folderNames(folder)).filter((name) => name.endsWith(".json"));
  const first = names.filter((name) => name === "summary.json");
  return [...first, ...names.filter((name) => name !== "summary.json")].map((name) =>
    join(folder, name),
  );
}

async function* objectRows(files: readonly string[], options: ReadOptions): AsyncGenerator<Row> {
  for (const where of files) {
    try {
      yield { value: await readObject(where), where };
    } catch (error) {
      rejectRow(error, where, options);
    }
  }
}
