import { oneLine } from "@mx/cli";
import type { Run } from "@mx/records";
import { figures } from "./figures.ts";

export const volumeRowHeader = [
  "run",
  "started (UTC)",
  "state",
  "model",
  "tasks",
  "trials",
  "with a result",
  "in the store",
];

/** A run of a volume as a row of `mx-results list --volume`. A run that was killed says that it is running. */
export function volumeRow(id: string, run: Run | null, isHere: boolean): string[] {
  return [
    id,
    run?.started_at == null ? "-" : run.started_at.slice(0, 16).replace("T", " "),
    run?.state ?? "-",
    run === null ? "-" : run.models.map((model) => oneLine(model ?? "-", 60)).join("\n"),
    figures.count(run?.task_ids?.length),
    figures.count(run?.planned),
    figures.count(run?.finished),
    isHere ? "yes" : "no",
  ];
}
