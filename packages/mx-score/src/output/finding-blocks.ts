import { oneLine } from "@mx/cli";
import type { Finding } from "@mx/records";
import type { Block, Line } from "./block.ts";
import { groupName, shownName } from "./group-names.ts";
import { namesText } from "./names-text.ts";
import { together } from "./wrap-words.ts";

/** More than these are counted. */
const most = 50;

/** Trials that are named, as TASK #TRIAL. */
const mostTrials = 3;

const severities: Readonly<Record<Finding["severity"], Pick<Line, "label" | "tone">>> = {
  error: { label: "✗ error", tone: "bad" },
  warning: { label: "! warning", tone: "warning" },
  info: { label: "- info", tone: "dim" },
};
const worstFirst = Object.keys(severities);

/** Findings as a list, the worst first, whatever the order they come in. */
export function findingBlocks(findings: readonly Finding[]): Block[] {
  if (findings.length === 0) return [];
  const sorted = findings.map((finding) => ({ finding, text: textOf(finding) })).sort(byWeight);
  const lines: Line[] = sorted
    .slice(0, most)
    .map(({ finding, text }) => ({ ...severities[finding.severity], text }));
  const more = sorted.length - lines.length;
  return [{ kind: "lines", title: "Findings", lines, more }];
}

function textOf({ code, message, group, trials = [] }: Finding): string {
  const where = group === undefined ? "" : `${groupName(group)}: `;
  const names = trials
    .slice(0, mostTrials + 1)
    .map(({ task_id, trial }) => together(`${shownName(task_id)} #${trial}`));
  const which = names.length === 0 ? "" : ` (${namesText(names, mostTrials, trials.length)})`;
  return `${oneLine(code, 60)} · ${where}${oneLine(message, 500)}${which}`;
}

interface Weighed {
  finding: Finding;
  text: string;
}

function byWeight(a: Weighed, b: Weighed): number {
  const severity = worstFirst.indexOf(a.finding.severity) - worstFirst.indexOf(b.finding.severity);
  const count = (b.finding.count ?? 0) - (a.finding.count ?? 0);
  return severity || count || (a.text < b.text ? -1 : 1);
}
