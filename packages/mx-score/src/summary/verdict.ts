import { ExitCode } from "@mx/cli";
import { exactPercent } from "../exact-percent.ts";
import type { Finding, Summary } from "@mx/records";

/** The gates of a call of mx-score. */
export interface Gates {
  failUnder?: number | undefined;
  failOnFinding?: Finding["severity"] | undefined;
}

const severities: readonly Finding["severity"][] = ["info", "warning", "error"];

function name(summary: Summary): string {
  return Object.values(summary.group)
    .filter((part) => part !== null)
    .join(", ");
}

/**
 * The exit code: 75 where there is nothing to judge, or a group has too little scored for a verdict, 1 where a gate
 * that was asked for has failed. `note` is told why.
 */
export function verdict(
  summaries: readonly Summary[],
  findings: readonly Finding["severity"][],
  { failUnder, failOnFinding }: Gates,
  note: (text: string) => void,
): number {
  if (summaries.length === 0) {
    note("no verdict: there is not a single trial");
    return ExitCode.incomplete;
  }
  for (const summary of summaries) {
    if (summary.complete === true) continue;
    const { scored, planned, min_coverage = 1 } = summary;
    const share =
      planned === 0 ? "nothing was planned" : `${scored} of ${planned} trials are scored`;
    note(`${name(summary)}: no verdict: ${share}, ${exactPercent(min_coverage)} are needed`);
    return ExitCode.incomplete;
  }
  for (const summary of summaries) {
    if (failUnder === undefined || (summary.mean_reward ?? -Infinity) >= failUnder) continue;
    note(`${name(summary)}: mean reward ${summary.mean_reward ?? "unknown"} is under ${failUnder}`);
    return ExitCode.gateFailed;
  }
  if (failOnFinding === undefined) return ExitCode.ok;
  const level = severities.indexOf(failOnFinding);
  const bad = findings.filter((severity) => severities.indexOf(severity) >= level).length;
  if (bad === 0) return ExitCode.ok;
  note(`${bad} findings are of severity ${failOnFinding} or worse`);
  return ExitCode.gateFailed;
}
