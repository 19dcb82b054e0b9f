import type { Attribution, Comparison, Finding, Plan } from "@mx/records";
import { tableOf, type CsvTable } from "./csv-table.ts";
import type { ShownRecords } from "./shown-records.ts";
import { summaryCsv } from "./summary-csv.ts";

/**
 * The one table of a call. A CSV has rows of one kind: comparisons where there are any, else plans, attributions,
 * summaries, or findings, in this order of precedence. Without any of them it is the header of summaries.
 */
export function csvTable(shown: ShownRecords): CsvTable {
  if (shown.comparisons.length > 0) return comparisonCsv(shown.comparisons);
  if (shown.plans.length > 0) return planCsv(shown.plans);
  if (shown.attributions.length > 0) return attributionCsv(shown.attributions);
  if (shown.summaries.length === 0 && shown.findings.length > 0) return findingCsv(shown.findings);
  return summaryCsv(shown.summaries);
}

function comparisonCsv(comparisons: readonly Comparison[]): CsvTable {
  const arm = (which: "a" | "b") =>
    [
      [which, (one: Comparison) => one[which].name],
      [`${which}_tasks`, (one: Comparison) => one[which].tasks],
      [`${which}_trials`, (one: Comparison) => one[which].trials],
      [`${which}_scored`, (one: Comparison) => one[which].scored],
      [`${which}_mean`, (one: Comparison) => one[which].mean],
    ] as const;
  return tableOf(comparisons, [
    ...arm("a"),
    ...arm("b"),
    ["pairs", ({ pairs }) => pairs],
    ["clusters", ({ clusters }) => clusters],
    ["difference", ({ difference }) => difference],
    ["low", ({ interval }) => interval.low],
    ["high", ({ interval }) => interval.high],
    ["level", ({ interval }) => interval.level],
    ["interval_method", ({ interval }) => interval.method],
    ["p_value", ({ p_value }) => p_value],
    ["p_adjusted", ({ p_adjusted }) => p_adjusted],
    ["comparisons", (one) => one.comparisons],
    ["method", ({ method }) => method],
    ["wins", ({ wins }) => wins],
    ["losses", ({ losses }) => losses],
    ["ties", ({ ties }) => ties],
    ["flips", ({ flips }) => flips.length],
    ["left_out", ({ left_out }) => Object.values(left_out).flat().length],
    ["smallest_visible", ({ smallest_visible }) => smallest_visible],
    ["pass_threshold", ({ pass_threshold }) => pass_threshold],
    ["differences", ({ differences }) => differences.map(({ what }) => what).join(" ")],
    ["forced", ({ forced }) => forced],
    ["gate", ({ gate }) => gate?.kind],
    ["gate_margin", ({ gate }) => gate?.margin],
    ["gate_passed", ({ gate }) => gate?.passed],
  ]);
}

function planCsv(plans: readonly Plan[]): CsvTable {
  return tableOf(plans, [
    ["effect", ({ effect }) => effect],
    ["tasks", ({ tasks }) => tasks],
    ["trials", ({ trials }) => trials],
    ["total_trials", ({ total_trials }) => total_trials],
    ["power", ({ power }) => power],
    ["alpha", ({ alpha }) => alpha],
    ["omega", ({ omega }) => omega],
    ["sigma_a", ({ sigma_a }) => sigma_a],
    ["sigma_b", ({ sigma_b }) => sigma_b],
    ["source", ({ source }) => source],
  ]);
}

function attributionCsv(attributions: readonly Attribution[]): CsvTable {
  return tableOf(attributions, [
    ["run_id", ({ run_id }) => run_id],
    ["task_id", ({ task_id }) => task_id],
    ["trial", ({ trial }) => trial],
    ["attempt", ({ attempt }) => attempt],
    ["model", ({ model }) => model],
    ["variant", ({ variant }) => variant],
    ["author", ({ author }) => author],
    ["fault_type", ({ fault_type }) => fault_type],
    ["description", ({ description }) => description],
    ["judge", ({ judge }) => judge.name],
    ["judge_version", ({ judge }) => judge.version],
    ["cost_usd", ({ cost_usd }) => cost_usd],
    ["key", ({ key }) => key],
  ]);
}

function findingCsv(findings: readonly Finding[]): CsvTable {
  const names = [...new Set(findings.flatMap(({ group }) => Object.keys(group ?? {})))];
  return tableOf(findings, [
    ["severity", ({ severity }) => severity],
    ["code", ({ code }) => code],
    ["count", ({ count }) => count],
    ["message", ({ message }) => message],
    ...names.map((name) => [`group_${name}`, (one: Finding) => one.group?.[name]] as const),
    ["keys", ({ keys }) => keys?.join(" ")],
  ]);
}
