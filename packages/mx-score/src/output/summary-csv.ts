import { Outcome } from "@mx/records";
import type { CsvCell } from "./csv-text.ts";
import { tableOf, type CsvTable } from "./csv-table.ts";
import { passKs } from "./pass-columns.ts";
import type { ShownSummary } from "./shown-summary.ts";

type CsvColumn = readonly [name: string, cell: (summary: ShownSummary) => CsvCell];

/**
 * Summaries with everything in columns of its own. The group's fields come first, by their own names, or as
 * `group_NAME` where that is the name of another column; then the figures; then what depends on the k's and graders.
 */
export function summaryCsv(summaries: readonly ShownSummary[]): CsvTable {
  const others = [
    ...figures,
    ...passKs(summaries).flatMap((k) => passColumns(summaries, k)),
    ...graderColumns(summaries),
  ];
  const taken = new Set(others.map(([name]) => name));
  const names = [...new Set(summaries.flatMap(({ group }) => Object.keys(group)))];
  const groups = names.map((name): CsvColumn => [
    taken.has(name) ? `group_${name}` : name,
    ({ group }) => group[name],
  ]);
  return tableOf(summaries, [...groups, ...others]);
}

const figures: readonly CsvColumn[] = [
  ["tasks", ({ tasks }) => tasks],
  ["planned", ({ planned }) => planned],
  ["finished", ({ finished }) => finished],
  ["scored", ({ scored }) => scored],
  ["coverage", ({ coverage }) => coverage],
  ["min_coverage", ({ min_coverage }) => min_coverage],
  ["complete", ({ complete }) => complete],
  ["pass_threshold", ({ pass_threshold }) => pass_threshold],
  ["mean_reward", ({ mean_reward }) => mean_reward],
  ["low", ({ mean_reward_interval }) => mean_reward_interval.low],
  ["high", ({ mean_reward_interval }) => mean_reward_interval.high],
  ["level", ({ mean_reward_interval }) => mean_reward_interval.level],
  ["interval_method", ({ mean_reward_interval }) => mean_reward_interval.method],
  ["bound_low", ({ mean_reward_bounds }) => mean_reward_bounds.low],
  ["bound_high", ({ mean_reward_bounds }) => mean_reward_bounds.high],
  ["rerun_low", ({ rerun_interval }) => rerun_interval?.low],
  ["rerun_high", ({ rerun_interval }) => rerun_interval?.high],
  ["clusters", ({ clusters }) => clusters],
  ["attempts", ({ attempts }) => attempts],
  ["conflicts", ({ conflicts }) => conflicts],
  ...Outcome.options.map((outcome): CsvColumn => [
    `outcome_${outcome}`,
    ({ outcomes }) => outcomes[outcome] ?? 0,
  ]),
  ["calls", ({ usage }) => usage.calls],
  ["input_tokens", ({ usage }) => usage.input_tokens],
  ["output_tokens", ({ usage }) => usage.output_tokens],
  ["cached_input_tokens", ({ usage }) => usage.cached_input_tokens],
  ["reasoning_tokens", ({ usage }) => usage.reasoning_tokens],
  ["cost_usd", ({ cost_usd }) => cost_usd],
  ["grading_cost_usd", ({ grading_cost_usd }) => grading_cost_usd],
  ...(["min", "p50", "p90", "p99", "max"] as const).map((quantile): CsvColumn => [
    `latency_ms_${quantile}`,
    ({ latency_ms }) => latency_ms[quantile],
  ]),
  ["run_ids", ({ run_ids }) => run_ids.join(" ")],
  [
    "graders",
    ({ graders }) => graders?.map(({ name, version }) => `${name} ${version}`).join("; "),
  ],
];

function passColumns(summaries: readonly ShownSummary[], k: string): CsvColumn[] {
  const columns = (
    name: string,
    field: "pass_at_k" | "pass_hat_k",
    ends: "pass_at_k_interval" | "pass_hat_k_interval",
  ): CsvColumn[] => {
    const hasInterval = summaries.some((summary) => summary[ends]?.[k] !== undefined);
    const interval: CsvColumn[] = [
      [`${name}_low`, (summary) => summary[ends]?.[k]?.low],
      [`${name}_high`, (summary) => summary[ends]?.[k]?.high],
    ];
    return [[name, (summary) => summary[field][k]], ...(hasInterval ? interval : [])];
  };
  return [
    ...columns(`pass_at_${k}`, "pass_at_k", "pass_at_k_interval"),
    ...columns(`pass_hat_${k}`, "pass_hat_k", "pass_hat_k_interval"),
    [`tasks_at_${k}`, ({ tasks_at_k }) => tasks_at_k[k]],
  ];
}

function graderColumns(summaries: readonly ShownSummary[]): CsvColumn[] {
  const graders = [...new Set(summaries.flatMap(({ scores }) => Object.keys(scores ?? {})))];
  return graders.sort().flatMap((grader): CsvColumn[] => [
    [`score_${grader}_mean`, ({ scores }) => scores?.[grader]?.mean],
    [`score_${grader}_scored`, ({ scores }) => scores?.[grader]?.scored],
    [`score_${grader}_missing`, ({ scores }) => scores?.[grader]?.missing],
  ]);
}
