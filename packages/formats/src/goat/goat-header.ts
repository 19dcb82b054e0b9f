import type { Run } from "@mx/records";
import { basename, dirname, resolve } from "node:path";
import type { ReadOptions } from "../format.ts";
import { importedRunId } from "../imported-run-id.ts";
import { countOf, idOf, objectOf, textOf, type JsonObject } from "../json-value.ts";
import type { Want } from "../json-slicer.ts";
import { makeRun } from "../make-run.ts";
import { documentValues } from "../read-rows.ts";

/** What a goat run says beside its results. */
export interface GoatHeader {
  runId: string;
  model: string | null;
  startedAt: string | null;
  /** True where the run has several arms, which its rows then name. */
  hasArms: boolean;
  run: Run | null;
}

/** The arm of a row: what was switched on in it. */
export function goatVariant(row: JsonObject): string {
  const [skills, mcp] = [row["skills_enabled"] === true, row["mcp_enabled"] === true];
  if (skills) return mcp ? "skills+mcp" : "skills";
  return mcp ? "mcp" : "baseline";
}

/** The head of a summary.json. goat writes a row for every run that it planned, so the rows are the plan. */
export async function readGoatSummary(path: string, options: ReadOptions): Promise<GoatHeader> {
  const found: JsonObject = {};
  const ids = new Set<string>();
  const arms = new Set<string>();
  const want = (member: string): Want =>
    member === "results" ? "items" : member === "comparisons" ? "skip" : "whole";
  for await (const { member, index, value } of documentValues(path, want, options)) {
    const row = index === null ? null : objectOf(value);
    if (index === null) found[member] = value;
    else if (row !== null) {
      const id = idOf(row["id"]);
      if (id !== null) ids.add(id);
      arms.add(goatVariant(row));
    }
  }
  const own = idOf(found["run_id"]);
  const header = goatHeader(own, textOf(found["model"]), path, arms.size > 1);
  const variants = header.hasArms
    ? [...arms].toSorted()
    : [options.variant ?? [...arms][0] ?? "baseline"];
  const run = makeRun(
    {
      from: "goat",
      runId: header.runId,
      startedAt: header.startedAt,
      agent: "goat-eval",
      model: header.model,
      variants,
      trials: 1,
      taskIds: [...ids],
      planned: countOf(found["total_runs"]),
      settings: { skills_dir: found["skills_dir"], mcp_config: found["mcp_config"] },
    },
    options,
  );
  return { ...header, run };
}

/** What is known of a run whose summary was lost: the name of its folder is its id. */
export function goatFolderHeader(folder: string): GoatHeader {
  return { ...goatHeader(basename(resolve(folder)), null, folder, true), run: null };
}

function goatHeader(
  own: string | null,
  model: string | null,
  path: string,
  hasArms: boolean,
): Omit<GoatHeader, "run"> {
  const fileName = `${basename(dirname(resolve(path)))}/${basename(path)}`;
  return {
    runId: importedRunId("goat", { own, fileName }),
    model,
    startedAt: startOf(own),
    hasArms,
  };
}

/** Run ids of goat are the local time at which the run began: 20260214_103000. */
function startOf(runId: string | null): string | null {
  const parts = /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)$/.exec(runId ?? "");
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second] = parts;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}`;
}
