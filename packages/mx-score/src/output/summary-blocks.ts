import { axisLabels, meanAxis } from "./axis.ts";
import { bar } from "./bar.ts";
import { figureColumn, nameColumn, type BarColumn, type Block, type Column } from "./block.ts";
import { figures } from "./figures.ts";
import { groupColumns, shownName } from "./group-names.ts";
import { outcomeColumns } from "./outcome-columns.ts";
import { passColumns } from "./pass-columns.ts";
import type { ShownSummary } from "./shown-summary.ts";
import { summaryNotes } from "./summary-notes.ts";

/**
 * The order in which columns go where there is no room, the first first. Names are never left out; from 100 on they
 * are shortened before anything else goes. Before all of these the intervals of pass^k and pass@k go. Of the mean reward the interval goes last, and the mean itself stays.
 */
const ranks = {
  "p90 time": 0,
  "tokens in / out": 1,
  planned: 2,
  "p50 time": 3,
  tasks: 4,
  "pass@k, but for the largest k": 5,
  scored: 6,
  "pass^k, but for 1 and the largest k": 7,
  bounds: 8,
  cost: 9,
  "pass@k of the largest k": 100,
  "pass^1": 101,
  coverage: 102,
  bar: 103,
  "pass^k of the largest k": 104,
  "interval of the mean reward": 105,
};

function passRank(metric: "pass^" | "pass@", which: "1" | "middle" | "most"): number {
  if (metric === "pass@") {
    return ranks[which === "most" ? "pass@k of the largest k" : "pass@k, but for the largest k"];
  }
  if (which === "most") return ranks["pass^k of the largest k"];
  return ranks[which === "1" ? "pass^1" : "pass^k, but for 1 and the largest k"];
}

/** Summaries as a table with a row per group, what is needed to read it, and tables of outcomes and graders. */
export function summaryBlocks(summaries: readonly ShownSummary[]): Block[] {
  if (summaries.length === 0) return [];
  const names = groupColumns(summaries.map(({ group }) => group));
  const outcomes = outcomeColumns(summaries);
  const graders = graderColumns(summaries);
  return [
    { kind: "table", columns: [...names, ...figureColumns(summaries)] },
    { kind: "lines", lines: summaryNotes(summaries) },
    ...(outcomes.length === 0
      ? []
      : [{ kind: "table", columns: [...names, ...outcomes] } as const]),
    ...(graders.length === 0 ? [] : [{ kind: "table", columns: graders } as const]),
  ];
}

function figureColumns(summaries: readonly ShownSummary[]): Column[] {
  const figure = (
    header: keyof typeof ranks,
    text: (summary: ShownSummary) => string,
    rank = ranks[header],
  ) => figureColumn(header, summaries.map(text), rank);
  const hasBounds = summaries.some(({ scored, planned }) => scored < planned);
  return [
    figure("tasks", ({ tasks }) => figures.count(tasks)),
    figure("planned", ({ planned }) => figures.count(planned)),
    figure("scored", ({ scored }) => figures.count(scored)),
    figure("coverage", ({ coverage }) => figures.percent(coverage)),
    meanColumn(summaries),
    barColumn(summaries),
    ...(hasBounds
      ? [
          figure("bounds", ({ scored, planned, mean_reward_bounds: bounds }) =>
            scored < planned ? figures.interval(bounds) : "",
          ),
        ]
      : []),
    ...passColumns(summaries, passRank),
    figure("cost", ({ cost_usd }) => figures.money(cost_usd)),
    figure("tokens in / out", ({ usage }) =>
      figures.tokens(usage.input_tokens, usage.output_tokens),
    ),
    figure("p50 time", ({ latency_ms }) => figures.duration(latency_ms.p50)),
    figure("p90 time", ({ latency_ms }) => figures.duration(latency_ms.p90)),
  ];
}

function meanColumn(summaries: readonly ShownSummary[]): Column {
  const means = summaries.map(({ mean_reward }) => figures.rate(mean_reward));
  const cells = summaries.map(({ mean_reward_interval: interval }, n) => {
    const ends = figures.interval(interval);
    return ends === "-" ? (means[n] ?? "-") : `${means[n]} ${ends}`;
  });
  const rank = ranks["interval of the mean reward"];
  return {
    kind: "text",
    header: "mean reward",
    cells,
    short: { header: "mean", cells: means, rank },
  };
}

function barColumn(summaries: readonly ShownSummary[]): BarColumn {
  const estimates = summaries.map(({ mean_reward, mean_reward_interval: { low, high } }) => ({
    value: mean_reward,
    low,
    high,
  }));
  const axis = meanAxis(estimates);
  return {
    kind: "bar",
    rank: ranks.bar,
    draw: (width, glyphs) => ({
      header: axisLabels(axis, width),
      cells: estimates.map((estimate) => bar(estimate, axis, width, glyphs)),
    }),
  };
}

/** Each grader's own mean; none where there is but one grader that has scored everything. */
function graderColumns(summaries: readonly ShownSummary[]): Column[] {
  const rows = summaries.flatMap((summary) =>
    Object.entries(summary.scores ?? {}).map(([grader, score]) => ({ ...summary, grader, score })),
  );
  const isOne = summaries.every(({ scores }) => Object.keys(scores ?? {}).length <= 1);
  if (isOne && rows.every(({ score }) => score.missing === 0)) return [];
  const figure = (header: string, text: (score: (typeof rows)[number]["score"]) => string) =>
    figureColumn(
      header,
      rows.map(({ score }) => text(score)),
    );
  return [
    ...groupColumns(rows.map(({ group }) => group)),
    nameColumn(
      "grader",
      rows.map(({ grader }) => shownName(grader)),
    ),
    figure("mean score", ({ mean }) => figures.rate(mean)),
    figure("scored", ({ scored }) => figures.count(scored)),
    figure("missing", ({ missing }) => figures.count(missing)),
  ];
}
