import { exactPercent } from "../exact-percent.ts";
import { oneLine } from "@mx/cli";
import type { Line } from "./block.ts";
import { figures } from "./figures.ts";
import { namesText } from "./names-text.ts";
import { passKs } from "./pass-columns.ts";
import { sharedLines } from "./shared-lines.ts";
import type { ShownSummary } from "./shown-summary.ts";
import { together } from "./wrap-words.ts";

/** What is needed to read the figures of summaries, and what speaks against them, which comes first. */
export function summaryNotes(summaries: readonly ShownSummary[]): Line[] {
  const notes = (text: (summary: ShownSummary) => string | null) => sharedLines(summaries, text);
  const withInterval = summaries.filter(({ mean_reward_interval: { low, high } }) =>
    [low, high].some((end) => end !== null),
  );
  return [
    ...notes((summary) => (isShort(summary) ? noVerdict(summary) : null)).map((line): Line => ({
      ...line,
      tone: "warning",
    })),
    ...notes((summary) => (isShort(summary) ? null : notScored(summary))),
    ...notes(({ pass_threshold }) => `pass: ${together(`reward >= ${pass_threshold}`)}`),
    ...sharedLines(withInterval, ({ mean_reward_interval: interval }) =>
      [together("[low, high]:"), intervalText(interval)].join(" "),
    ),
    ...notes(graders),
    ...passKs(summaries).flatMap((k) => notes((summary) => tasksAtK(summary, k))),
    ...notes(rerun),
    ...notes(({ clusters }) =>
      clusters == null ? null : `${figures.count(clusters)} independent clusters of tasks`,
    ),
    ...notes(({ grading_cost_usd: cost }) =>
      cost === undefined || cost === 0 ? null : `grading cost: ${figures.money(cost)}`,
    ),
  ];
}

/** True where too little is scored for a verdict. */
function isShort({ coverage, min_coverage: least, complete }: ShownSummary): boolean {
  return complete === false || (least !== undefined && (coverage ?? 0) < least);
}

function noVerdict(summary: ShownSummary): string {
  const { scored, planned, coverage, min_coverage: least } = summary;
  const seen = `no verdict: ${figures.count(scored)} of ${figures.count(planned)} scored`;
  const open = boundsText(summary);
  if (least === undefined) return `${seen} (${together(figures.percent(coverage))})${open}`;
  const [has, needs] = apart(coverage, least).map(together);
  return `${seen} (${has}), needs ${needs}${open}`;
}

/** Two shares with as many digits as it takes to tell them apart. */
function apart(share: number | null, least: number): [string, string] {
  if (share === null) return [figures.percent(share), figures.percent(least)];
  const percent = (one: number, digits: number) => `${Number((one * 100).toFixed(digits))} %`;
  const digits = [0, 1, 2, 3, 4].find((n) => percent(share, n) !== percent(least, n)) ?? 5;
  return [percent(share, digits), percent(least, digits)];
}

function notScored(summary: ShownSummary): string | null {
  const { planned, scored } = summary;
  if (scored >= planned) return null;
  const missing = `${figures.count(planned - scored)} of ${figures.count(planned)}`;
  return `${missing} trials are not scored${boundsText(summary)}`;
}

/** What the missing trials leave open; nothing where there are none, or no worst case. */
function boundsText({ planned, scored, mean_reward_bounds: { low, high } }: ShownSummary): string {
  if (scored >= planned || low === null || high === null) return "";
  return `; with the missing ones the mean reward is between ${figures.rate(low)} and ${figures.rate(high)}`;
}

function intervalText({ level, method }: { level: number; method: string }): string {
  const percent = together(exactPercent(level));
  return `${percent} interval, ${oneLine(method, 100)}`;
}

function graders({ graders: all }: ShownSummary): string | null {
  if (all === undefined || all.length === 0) return null;
  const names = all.map(({ name, version, digest }) => {
    const settings = digest === undefined ? "" : ` (${digest.slice(0, 8)})`;
    return together(oneLine(`${name} ${version}${settings}`, 60));
  });
  return `graders: ${namesText(names, 8)}`;
}

function tasksAtK({ tasks_at_k, tasks }: ShownSummary, k: string): string | null {
  const able = tasks_at_k[k];
  if (able === undefined || able >= tasks) return null;
  const of = `${figures.count(able)} of ${figures.count(tasks)}`;
  return `${together(`k = ${k}:`)} ${of} tasks have as many scored trials`;
}

function rerun({ rerun_interval: interval }: ShownSummary): string | null {
  if (interval?.low == null || interval.high == null) return null;
  const ends = together(figures.interval(interval));
  return `if these tasks were run again: ${ends}, ${intervalText(interval)}`;
}
