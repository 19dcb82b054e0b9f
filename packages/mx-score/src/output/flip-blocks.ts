import type { Comparison } from "@mx/records";
import { figureColumn, nameColumn, type Block } from "./block.ts";
import { figures } from "./figures.ts";
import { shownName } from "./group-names.ts";

/** More flips than these are counted. */
const most = 10;

/** The tasks that came out differently, in the order of the record: what b lost comes first. */
export function flipBlocks({ flips }: Pick<Comparison, "flips">): Block[] {
  if (flips.length === 0) return [];
  const shown = flips.slice(0, most);
  return [
    {
      kind: "table",
      more: flips.length - shown.length,
      columns: [
        nameColumn(
          "flipped task",
          shown.map(({ task_id }) => shownName(task_id)),
        ),
        figureColumn(
          "a",
          shown.map(({ a }) => figures.rate(a)),
          0,
        ),
        figureColumn(
          "b",
          shown.map(({ b }) => figures.rate(b)),
          0,
        ),
        {
          ...figureColumn(
            "b - a",
            shown.map(({ a, b }) => figures.difference(b - a)),
          ),
          tones: shown.map(({ a, b }) => (b < a ? "bad" : "good")),
        },
      ],
    },
  ];
}
