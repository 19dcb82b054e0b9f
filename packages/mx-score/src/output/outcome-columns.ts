import { Outcome } from "@mx/records";
import { figureColumn, type Column } from "./block.ts";
import { figures } from "./figures.ts";
import type { ShownSummary } from "./shown-summary.ts";

/** Attempts by outcome, and conflicts where there are any; none where all attempts were completed. */
export function outcomeColumns(summaries: readonly ShownSummary[]): Column[] {
  const seen = Outcome.options.filter((outcome) =>
    summaries.some(({ outcomes }) => (outcomes[outcome] ?? 0) > 0),
  );
  const hasConflicts = summaries.some(({ conflicts }) => conflicts > 0);
  if (!hasConflicts && seen.every((outcome) => outcome === "completed")) return [];
  const column = (header: string, count: (summary: ShownSummary) => number) =>
    figureColumn(
      header,
      summaries.map((summary) => figures.count(count(summary))),
    );
  return [
    { ...column("attempts", ({ attempts }) => attempts), rank: 0 },
    ...seen.map((outcome) => column(outcome, ({ outcomes }) => outcomes[outcome] ?? 0)),
    ...(hasConflicts ? [column("conflicts", ({ conflicts }) => conflicts)] : []),
  ];
}
