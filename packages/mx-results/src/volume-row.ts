import type { Run } from "@mx/records";
import { figures } from "./figures.ts";
import { modelsCell, startedCell } from "./run-cells.ts";

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
    startedCell(run),
    run?.state ?? "-",
    modelsCell(run),
    figures.count(run?.task_ids?.length),
    figures.count(run?.planned),
    figures.count(run?.finished),
    isHere ? "yes" : "no",
  ];
}
