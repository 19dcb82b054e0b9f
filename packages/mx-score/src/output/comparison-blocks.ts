import type { Comparison } from "@mx/records";
import { armNames } from "./arm-names.ts";
import { axisLabels, differenceAxis } from "./axis.ts";
import { intervalBar } from "./bar.ts";
import { figureColumn, nameColumn, type Block, type Column, type Tone } from "./block.ts";
import { comparisonNotes } from "./comparison-notes.ts";
import { figures } from "./figures.ts";
import { flipBlocks } from "./flip-blocks.ts";
import { gateVerdict } from "./gate-verdict.ts";
import { shownName } from "./group-names.ts";

/**
 * The order in which columns go where there is no room, the first first; what they say is in the notes too. From
 * 100 on the names of the arms are shortened before anything else goes. Arms, difference and gate stay.
 */
const ranks = {
  pairs: 0,
  "p, where there is a p (Holm)": 1,
  "mean a": 2,
  "mean b": 2,
  "wins/losses/ties": 3,
  bar: 100,
  p: 101,
  "interval of the difference": 102,
};

/** A row per comparison, then for each of them what is needed to judge it and what has flipped. */
export function comparisonBlocks(comparisons: readonly Comparison[]): Block[] {
  if (comparisons.length === 0) return [];
  return [
    { kind: "table", columns: comparisonColumns(comparisons) },
    ...comparisons.flatMap((comparison): Block[] => [
      {
        kind: "lines",
        lines: comparisonNotes(comparison),
        ...(comparisons.length === 1
          ? {}
          : { title: `${shownName(comparison.b.name)} against ${shownName(comparison.a.name)}` }),
      },
      ...flipBlocks(comparison),
    ]),
  ];
}

function comparisonColumns(comparisons: readonly Comparison[]): Column[] {
  const figure = (header: string, text: (comparison: Comparison) => string, rank?: number) =>
    figureColumn(header, comparisons.map(text), rank);
  const nameOf = armNames(comparisons.flatMap(({ a, b }) => [a.name, b.name]));
  const isAdjusted = comparisons.some((comparison) => comparison.comparisons > 1);
  const pRank = isAdjusted ? ranks["p, where there is a p (Holm)"] : ranks.p;
  return [
    nameColumn(
      "a",
      comparisons.map(({ a }) => nameOf(a.name)),
    ),
    nameColumn(
      "b",
      comparisons.map(({ b }) => nameOf(b.name)),
    ),
    figure("pairs", ({ pairs }) => figures.count(pairs), ranks.pairs),
    figure("mean a", ({ a }) => figures.rate(a.mean), ranks["mean a"]),
    figure("mean b", ({ b }) => figures.rate(b.mean), ranks["mean b"]),
    differenceColumn(comparisons),
    barColumn(comparisons),
    figure("p", ({ p_value }) => figures.p(p_value), pRank),
    ...(isAdjusted ? [figure("p (Holm)", ({ p_adjusted }) => figures.p(p_adjusted), ranks.p)] : []),
    figure(
      "wins/losses/ties",
      ({ wins, losses, ties }) =>
        [wins, losses, ties].map((count) => figures.count(count)).join("/"),
      ranks["wins/losses/ties"],
    ),
    ...gateColumn(comparisons),
  ];
}

function differenceColumn(comparisons: readonly Comparison[]): Column {
  const values = comparisons.map(({ difference }) => figures.difference(difference));
  const cells = comparisons.map(({ interval }, n) => {
    const ends = figures.interval(interval, (end) => figures.difference(end));
    return ends === "-" ? (values[n] ?? "-") : `${values[n]} ${ends}`;
  });
  const rank = ranks["interval of the difference"];
  return {
    kind: "text",
    header: "difference",
    cells,
    short: { header: "diff.", cells: values, rank },
  };
}

function barColumn(comparisons: readonly Comparison[]): Column {
  const estimates = comparisons.map(({ difference, interval: { low, high } }) => ({
    value: difference,
    low,
    high,
  }));
  const axis = differenceAxis(estimates);
  return {
    kind: "bar",
    rank: ranks.bar,
    draw: (width, glyphs) => ({
      header: axisLabels(axis, width),
      cells: estimates.map((estimate) => intervalBar(estimate, axis, width, glyphs)),
    }),
  };
}

function gateColumn(comparisons: readonly Comparison[]): Column[] {
  if (comparisons.every(({ gate }) => gate === null)) return [];
  const verdicts = comparisons.map(({ gate }) => gateVerdict(gate));
  const tones: Tone[] = verdicts.map(({ tone }) => tone);
  return [{ kind: "text", header: "gate", cells: verdicts.map(({ text }) => text), tones }];
}
