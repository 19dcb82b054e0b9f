import type { Attribution } from "@mx/records";
import { ExactSum } from "@mx/stats";
import { axisLabels } from "./axis.ts";
import { bar } from "./bar.ts";
import { figureColumn, nameColumn, type Block, type Column } from "./block.ts";
import { figures } from "./figures.ts";
import { groupColumns } from "./group-names.ts";

interface Arm {
  group: { model: string | null; variant: string };
  all: Attribution[];
}

const authors = ["agent", "user", "environment", null] as const;
const faultTypes = [
  "called_wrong_tool",
  "used_wrong_tool_argument",
  "goal_partially_completed",
  "other",
  null,
] as const;

/** Who was at fault and what the agent did wrong, as counts with bars, for each model and variant. */
export function attributionBlocks(attributions: readonly Attribution[]): Block[] {
  if (attributions.length === 0) return [];
  const arms = armsOf(attributions);
  const byAgent = arms
    .map((arm) => ({ ...arm, all: arm.all.filter(({ author }) => author === "agent") }))
    .filter(({ all }) => all.length > 0);
  return [
    {
      title: "Who was at fault",
      ...countTable(arms, "at fault", authors, ({ author }) => author),
    },
    ...(byAgent.length === 0
      ? []
      : [
          {
            title: "What the agent did wrong",
            ...countTable(byAgent, "fault", faultTypes, ({ fault_type }) => fault_type),
          },
        ]),
    {
      kind: "lines",
      lines: [
        {
          text:
            `failed trials: ${figures.count(attributions.length)} · ` +
            (attributions.some(({ author }) => author === null)
              ? "not read: the judge's reply could not be read · "
              : "") +
            `cost of judging: ${figures.money(costOf(attributions))}`,
        },
      ],
    },
  ];
}

/** What judging has cost, whatever order it is added up in; null: unknown for any of them. */
function costOf(attributions: readonly Attribution[]): number | null {
  const sum = new ExactSum();
  for (const { cost_usd } of attributions) {
    if (cost_usd === null) return null;
    sum.add(cost_usd);
  }
  return sum.value();
}

/** The arms by name, so that the order of the records does not show. */
function armsOf(attributions: readonly Attribution[]): Arm[] {
  const arms = new Map<string, Arm>();
  for (const attribution of attributions) {
    const { model, variant } = attribution;
    const name = JSON.stringify([model, variant]);
    const arm = arms.get(name) ?? { group: { model, variant }, all: [] };
    arm.all.push(attribution);
    arms.set(name, arm);
  }
  return [...arms].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, arm]) => arm);
}

/** A row per arm and value that was seen in it, with its share of the arm. */
function countTable<T extends string | null>(
  arms: readonly Arm[],
  header: string,
  values: readonly T[],
  valueOf: (attribution: Attribution) => T,
): Block {
  const rows = arms.flatMap(({ group, all }) =>
    values
      .map((value) => ({ value, count: all.filter((one) => valueOf(one) === value).length }))
      .filter(({ count }) => count > 0)
      .map((row) => ({ ...row, group, share: row.count / all.length })),
  );
  const axis = { min: 0, max: 1 };
  const columns: Column[] = [
    ...(arms.length === 1 ? [] : groupColumns(rows.map(({ group }) => group))),
    {
      ...nameColumn(
        header,
        rows.map(({ value }) => (value ?? "not read").replaceAll("_", " ")),
      ),
      isName: false,
    },
    figureColumn(
      "trials",
      rows.map(({ count }) => figures.count(count)),
    ),
    figureColumn(
      "share",
      rows.map(({ share }) => figures.percent(share)),
    ),
    {
      kind: "bar",
      rank: 0,
      draw: (width, glyphs) => ({
        header: axisLabels(axis, width),
        cells: rows.map(({ share }) => bar({ value: share }, axis, width, glyphs)),
      }),
    },
  ];
  return { kind: "table", columns };
}
