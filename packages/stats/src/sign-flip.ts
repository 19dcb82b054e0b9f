import { clusterTotals, type Clusters } from "./cluster-totals.ts";
import { Random } from "./random.ts";

/** How to permute. */
export interface SignFlipOptions {
  /** Default 0. */
  seed?: number;
  /** Random permutations, where there are too many to try them all; default 10,000. */
  rounds?: number;
  /** Signs of one cluster flip together. */
  clusters?: Clusters | undefined;
}

/** What a permutation test says. */
export interface SignFlip {
  /** Two-sided; null: no differences. */
  p: number | null;
  /** True: all permutations were tried, and the seed does not matter. */
  exact: boolean;
  method: string;
}

/** Up to 2^16 permutations are all tried: fewer than a run of random ones usually takes. */
const mostUnits = 16;

/**
 * The sign-flip permutation test of paired differences: if neither arm is better, each difference could as well
 * have had the other sign. Exact where at most 16 units differ; else p = (1 + #{permuted >= observed}) / (1 + R)
 * over R random permutations. Depends on the sizes alone, so that neither the order of the differences nor which
 * arm comes first matters.
 */
export function signFlip(
  differences: readonly number[],
  { seed = 0, rounds = 10_000, clusters }: SignFlipOptions = {},
): SignFlip {
  if (!Number.isSafeInteger(rounds) || rounds < 1) throw new RangeError(`not rounds: ${rounds}`);
  const totals = clusterTotals(differences, clusters);
  const observed = Math.abs(totals.reduce((sum, total) => sum + total.sum, 0));
  const sizes = Float64Array.from(
    totals.flatMap(({ sum }) => (sum === 0 ? [] : [Math.abs(sum)])),
  ).sort();
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  // Sums that are equal but for rounding count as equal.
  const limit = observed - whole * 1e-12;
  const exact = sizes.length <= mostUnits;
  const of = clusters === undefined ? "" : " of clusters";
  const method = exact
    ? `sign-flip permutation${of}, exact`
    : `sign-flip permutation${of}, ${rounds} rounds, seed ${seed}`;
  if (differences.length === 0) return { p: null, exact, method };
  if (exact) return { p: allPermutations(sizes, limit), exact, method };
  return { p: randomPermutations(sizes, limit, rounds, new Random(seed)), exact, method };
}

function allPermutations(sizes: Float64Array, limit: number): number {
  const count = 2 ** sizes.length;
  let reached = 0;
  for (let signs = 0; signs < count; signs++) {
    let sum = 0;
    for (let place = 0; place < sizes.length; place++) {
      sum += (signs >> place) & 1 ? -sizes[place]! : sizes[place]!;
    }
    if (Math.abs(sum) >= limit) reached += 1;
  }
  return reached / count;
}

function randomPermutations(
  sizes: Float64Array,
  limit: number,
  rounds: number,
  random: Random,
): number {
  let reached = 0;
  for (let round = 0; round < rounds; round++) {
    let sum = 0;
    let bits = 0;
    for (let place = 0; place < sizes.length; place++) {
      if ((place & 31) === 0) bits = random.bits();
      sum += (1 - 2 * (bits & 1)) * sizes[place]!;
      bits >>>= 1;
    }
    if (Math.abs(sum) >= limit) reached += 1;
  }
  return (1 + reached) / (1 + rounds);
}
