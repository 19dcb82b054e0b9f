import { ExactSum } from "./exact-sum.ts";

/** Which cluster each value belongs to, in the order of the values; null: one of its own. */
export type Clusters = readonly (string | null)[];

/** What the values of one cluster add up to. */
export interface ClusterTotal {
  sum: number;
  count: number;
}

/**
 * Sum and count of each cluster, sorted, so that neither the order of the values nor the names of the clusters
 * leave a trace. Throws a RangeError where there are not as many clusters as values.
 */
export function clusterTotals(
  values: readonly number[],
  clusters: Clusters | undefined,
): ClusterTotal[] {
  if (clusters !== undefined && clusters.length !== values.length) {
    throw new RangeError(`${clusters.length} clusters for ${values.length} values`);
  }
  const single: ClusterTotal[] = [];
  const sums = new Map<string, ExactSum>();
  for (const [index, value] of values.entries()) {
    const name = clusters?.[index] ?? null;
    if (name === null) {
      single.push({ sum: value, count: 1 });
      continue;
    }
    let sum = sums.get(name);
    if (sum === undefined) {
      sum = new ExactSum();
      sums.set(name, sum);
    }
    sum.add(value);
  }
  const grouped = [...sums.values()].map((sum) => ({ sum: sum.value() ?? 0, count: sum.count }));
  return [...single, ...grouped].sort((a, b) => a.sum - b.sum || a.count - b.count);
}
