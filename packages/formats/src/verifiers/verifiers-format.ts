import { join } from "node:path";
import type { Format } from "../format.ts";
import { listOf, numberOf, objectOf, type JsonObject } from "../json-value.ts";
import { fileStart, findFile } from "../open-file.ts";
import { partialJson } from "../partial-json.ts";
import { convertRows, readRows } from "../read-rows.ts";
import { TrialNumbers } from "../trial-numbers.ts";
import { legacyTrial } from "./legacy-trial.ts";
import { readV1Header } from "./v1-header.ts";
import { mainTrace } from "./v1-scores.ts";
import { v1Trial } from "./v1-trial.ts";
import { readLegacyHeader } from "./verifiers-header.ts";

/**
 * verifiers: a results.jsonl with its metadata.json (legacy), or a traces.jsonl with configs/eval.json or config.toml
 * (v1); the file, or the folder that they are in.
 */
export const verifiersFormat: Format = {
  name: "verifiers",
  async detect(path, start) {
    const beginning = start ?? (await startInFolder(path));
    return beginning !== null && kindOf(beginning) !== null;
  },
  async *read(path, options) {
    const isFolder = (await fileStart(path)) === null;
    const file = isFolder ? ((await rowFile(path)) ?? join(path, "results.jsonl")) : path;
    const episode = await firstEpisode(file);
    const rows = readRows(file, options);
    const numbers = new TrialNumbers();
    if (episode !== null) {
      const header = await readV1Header(file, startOf(episode), options);
      if (header.run !== null) yield header.run;
      yield* convertRows(rows, options, (row) => v1Trial(row, header, numbers, options));
      return;
    }
    const header = await readLegacyHeader(file, options);
    if (header.run !== null) yield header.run;
    yield* convertRows(rows, options, (row) => legacyTrial(row, header, numbers, options));
  },
};

/** The first episode of a file; null: it is of before there were any. Rows that are neither do not decide. */
async function firstEpisode(file: string): Promise<JsonObject | null> {
  for await (const { value } of readRows(file, { onBadRecord: () => {} })) {
    if (isEpisode(value)) return value;
    if ("example_id" in value) return null;
  }
  return null;
}

function kindOf(start: Buffer): "legacy" | "v1" | null {
  const row = objectOf(partialJson(start));
  if (row === null) return null;
  if (isEpisode(row)) return "v1";
  return "example_id" in row && ("reward" in row || "prompt" in row) ? "legacy" : null;
}

/** An episode, or a trace of its own; `traces` may be too far behind to be seen. */
function isEpisode(row: JsonObject): boolean {
  const task = objectOf(row["task"]);
  if (task === null || !("id" in row)) return false;
  return ("data" in task || "type" in task) && ("env" in row || "traces" in row || "nodes" in row);
}

function startOf(row: JsonObject): unknown {
  const main = mainTrace(listOf(row["traces"]).map((item) => objectOf(item) ?? {}));
  return numberOf((objectOf(main["timing"]) ?? {})["start"]);
}

function rowFile(folder: string): Promise<string | null> {
  return findFile(folder, "traces.jsonl", "results.jsonl");
}

async function startInFolder(folder: string): Promise<Buffer | null> {
  const file = await rowFile(folder);
  return file === null ? null : fileStart(file);
}
