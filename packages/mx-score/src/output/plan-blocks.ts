import { oneLine } from "@mx/cli";
import type { Plan } from "@mx/records";
import { figureColumn, type Block, type TextColumn } from "./block.ts";
import { figures } from "./figures.ts";

/** Plans as a table, and what its words mean. Columns go in this order where there is no room: sigmas, omega, alpha. */
export function planBlocks(plans: readonly Plan[]): Block[] {
  if (plans.length === 0) return [];
  const column = (header: string, text: (plan: Plan) => string, rank?: number): TextColumn =>
    figureColumn(header, plans.map(text), rank);
  const sources = new Set(plans.map(({ source }) => oneLine(source, 500)));
  return [
    {
      kind: "table",
      columns: [
        column("effect", ({ effect }) => figures.rate(effect)),
        column("tasks", ({ tasks }) => figures.count(tasks)),
        column("trials each", ({ trials }) => figures.count(trials)),
        column("total trials", ({ total_trials }) => figures.count(total_trials)),
        column("power", ({ power }) => figures.percent(power), 3),
        column("alpha", ({ alpha }) => figures.p(alpha), 2),
        column("omega", ({ omega }) => figures.rate(omega), 1),
        column("sigma a", ({ sigma_a }) => figures.rate(sigma_a), 0),
        column("sigma b", ({ sigma_b }) => figures.rate(sigma_b), 0),
      ],
    },
    {
      kind: "lines",
      lines: [
        { text: "effect: the smallest true difference of the means that is seen at this power" },
        { text: "tasks: in both arms · trials each: per task and arm · total: of both arms" },
        ...[...sources].map((source) => ({ text: `omega and sigma: ${source}` })),
      ],
    },
  ];
}
