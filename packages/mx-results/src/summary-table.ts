import { oneLine, table } from "@mx/cli";
import type { Summary } from "@mx/records";
import { figures } from "./figures.ts";

/** The summaries as a table, one line per group, and what is needed to read it. */
export async function summaryTable(summaries: readonly Summary[]): Promise<string> {
  const names = groupNames(summaries);
  const hats = ks(summaries, "pass_hat_k");
  const most = ks(summaries, "pass_at_k").at(-1);
  const header = [
    ...names.map((name) => oneLine(name, 60)),
    "tasks",
    "trials",
    "coverage",
    "mean reward",
    ...hats.map((k) => `pass^${k}`),
    ...(most === undefined ? [] : [`pass@${most}`]),
    "tokens in / out",
    "cost",
    "median time",
  ];
  const rows = summaries.map((summary) => [
    ...names.map((name) => oneLine(summary.group[name] ?? "-", 60)),
    figures.count(summary.tasks),
    figures.count(summary.finished),
    figures.coverage(summary.scored, summary.planned),
    meanReward(summary),
    ...hats.map((k) => figures.number(summary.pass_hat_k[k])),
    ...(most === undefined ? [] : [figures.number(summary.pass_at_k[most])]),
    figures.tokens(summary.usage.input_tokens, summary.usage.output_tokens),
    figures.money(summary.cost_usd),
    figures.duration(summary.latency_ms.p50),
  ]);
  return `${await table(header, rows)}${notes(summaries)}`;
}

/** Names of what the groups are by, model and variant first. */
function groupNames(summaries: readonly Summary[]): string[] {
  const names = new Set(summaries.flatMap(({ group }) => Object.keys(group)));
  const first = ["model", "variant"].filter((name) => names.delete(name));
  return [...first, ...[...names].sort()];
}

function ks(summaries: readonly Summary[], field: "pass_hat_k" | "pass_at_k"): string[] {
  const all = new Set(summaries.flatMap((summary) => Object.keys(summary[field])));
  return [...all].filter((k) => /^\d{1,9}$/.test(k)).sort((a, b) => Number(a) - Number(b));
}

function meanReward({ mean_reward, mean_reward_interval: { low, high } }: Summary): string {
  const mean = figures.number(mean_reward);
  if (low === null || high === null) return mean;
  return `${mean} [${figures.number(low)}, ${figures.number(high)}]`;
}

/** What the figures mean, and what the missing trials leave open. */
function notes(summaries: readonly Summary[]): string {
  const lines = new Set<string>();
  for (const { mean_reward_interval: interval, pass_threshold } of summaries) {
    lines.add(
      `pass: reward >= ${pass_threshold} · [low, high]: ${Math.round(interval.level * 100)} % interval, ` +
        oneLine(interval.method, 100),
    );
  }
  for (const { scored, planned, mean_reward_bounds: bounds, group } of summaries) {
    if (scored >= planned) continue;
    const name = Object.values(group).map((value) => oneLine(value ?? "-", 60));
    lines.add(
      `${name.join(" ")}: ${planned - scored} of ${planned} trials are not scored; with them the mean reward ` +
        `would be between ${figures.number(bounds.low)} and ${figures.number(bounds.high)}`,
    );
  }
  return [...lines].map((line) => `${line}\n`).join("");
}
