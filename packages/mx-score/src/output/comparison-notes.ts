import { exactPercent } from "../exact-percent.ts";
import { oneLine } from "@mx/cli";
import type { Comparison } from "@mx/records";
import type { Line } from "./block.ts";
import { figures } from "./figures.ts";
import { gateVerdict } from "./gate-verdict.ts";
import { shownName } from "./group-names.ts";
import { namesText } from "./names-text.ts";
import { together } from "./wrap-words.ts";

/** Tasks that are named in a line. */
const mostTasks = 5;

/** What is needed to judge a comparison. */
export function comparisonNotes(comparison: Comparison): Line[] {
  return [
    ...gateLine(comparison),
    ...differenceLines(comparison),
    { label: "a", text: armText(comparison.a) },
    { label: "b", text: armText(comparison.b) },
    { label: "test", text: testText(comparison) },
    { label: "interval", text: intervalText(comparison) },
    { label: "b against a", text: winsText(comparison) },
    { label: "smallest visible", text: visibleText(comparison) },
    ...leftOutLines(comparison),
  ];
}

function armText({ name, tasks, trials, scored, mean }: Comparison["a"]): string {
  const counts = [
    `${figures.count(tasks)} tasks`,
    `${figures.count(trials)} trials`,
    `${figures.count(scored)} scored`,
    together(`mean ${figures.rate(mean)}`),
  ];
  return `${shownName(name)}: ${counts.join(", ")}`;
}

function testText({
  method,
  pairs,
  clusters,
  p_value,
  p_adjusted,
  comparisons,
}: Comparison): string {
  const of = clusters === null ? "" : ` in ${figures.count(clusters)} clusters`;
  const holm =
    comparisons > 1 ? `, ${figures.p(p_adjusted)} by Holm over ${comparisons} comparisons` : "";
  const over = `${figures.count(pairs)} pairs${of}`;
  return `${oneLine(method, 100)}, two-sided, ${over}: ${together(`p = ${figures.p(p_value)}`)}${holm}`;
}

function intervalText({ interval: { level, method }, pass_threshold }: Comparison): string {
  const rewards =
    pass_threshold === null
      ? "rewards as they are"
      : `pass: ${together(`reward >= ${pass_threshold}`)}`;
  return `${together(exactPercent(level))}, ${oneLine(method, 100)} · ${rewards}`;
}

function winsText({ wins, losses, ties }: Comparison): string {
  return `wins ${figures.count(wins)}, losses ${figures.count(losses)}, ties ${figures.count(ties)}`;
}

function visibleText({ smallest_visible: smallest }: Comparison): string {
  return smallest === null
    ? "- (too few pairs to say which difference could be seen)"
    : `a difference of ${figures.rate(smallest)}, at 80 % power with as many pairs as noisy as these`;
}

function gateLine({ gate }: Comparison): Line[] {
  if (gate === null) return [];
  const { text, tone } = gateVerdict(gate);
  const why = gate.passed === null ? " (too little is scored)" : "";
  return [{ label: "gate", text: `${text}: ${gate.kind}, margin ${gate.margin}${why}`, tone }];
}

function differenceLines({ differences, forced }: Comparison): Line[] {
  const label = forced ? "forced" : "differs";
  return differences.map(({ what, a, b, tasks }) => {
    const where =
      tasks === undefined || tasks.length === 0
        ? ""
        : ` (${namesText(tasks.map(shownName), mostTasks)})`;
    const name = what.replaceAll("_", " ");
    return {
      label,
      tone: "warning",
      text: `${name}: ${oneLine(a, 100)} in a, ${oneLine(b, 100)} in b${where}`,
    };
  });
}

function leftOutLines({ left_out }: Comparison): Line[] {
  return Object.entries(left_out)
    .filter(([, tasks]) => tasks.length > 0)
    .map(([reason, tasks]) => ({
      label: "left out",
      text:
        `${oneLine(reason, 60).replaceAll("_", " ")}: ${figures.count(tasks.length)} ` +
        `(${namesText(tasks.map(shownName), mostTasks)})`,
    }));
}
