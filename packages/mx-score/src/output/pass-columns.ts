import { figureColumn, type TextColumn } from "./block.ts";
import { figures } from "./figures.ts";
import type { ShownSummary } from "./shown-summary.ts";

/** Intervals of pass^k and pass@k go before any column does. */
const intervalRank = -1;

/** All k's of some summaries, the smallest first. */
export function passKs(summaries: readonly ShownSummary[]): string[] {
  const all = new Set(
    summaries.flatMap(({ pass_hat_k, pass_at_k }) => [
      ...Object.keys(pass_hat_k),
      ...Object.keys(pass_at_k),
    ]),
  );
  return [...all].filter((k) => /^\d{1,9}$/.test(k)).sort((a, b) => Number(a) - Number(b));
}

/** pass^k and pass@k of each k, pass^k first. pass@1 is the same as pass^1 and is left out where that is shown. */
export function passColumns(
  summaries: readonly ShownSummary[],
  rank: (metric: "pass^" | "pass@", which: "1" | "middle" | "most") => number,
): TextColumn[] {
  const ks = passKs(summaries);
  const column = (metric: "pass^" | "pass@", k: string): TextColumn[] => {
    const [field, ends] =
      metric === "pass^"
        ? (["pass_hat_k", "pass_hat_k_interval"] as const)
        : (["pass_at_k", "pass_at_k_interval"] as const);
    if (!summaries.some((summary) => summary[field][k] !== undefined)) return [];
    const values = summaries.map((summary) => figures.rate(summary[field][k]));
    const which = k === ks.at(-1) ? "most" : k === "1" ? "1" : "middle";
    const plain = figureColumn(metric + k, values, rank(metric, which));
    if (!summaries.some((summary) => summary[ends]?.[k]?.low != null)) return [plain];
    const cells = summaries.map((summary, n) => {
      const interval = figures.interval(summary[ends]?.[k]);
      return interval === "-" ? (values[n] ?? "-") : `${values[n]} ${interval}`;
    });
    const short = { header: plain.header, cells: values, rank: intervalRank };
    return [{ ...plain, cells, align: "left", short }];
  };
  return [
    ...ks.flatMap((k) => column("pass^", k)),
    ...ks
      .filter((k) => k !== "1" || !summaries.some(({ pass_hat_k }) => k in pass_hat_k))
      .flatMap((k) => column("pass@", k)),
  ];
}
