/** Each element should have so many times the trials that run at once: starting it takes as long as a short trial. */
const rounds = 4;
/** More elements than this are asked for by name only. */
const mostShards = 100;

/**
 * Cuts a list into parts of almost the same size that keep their order: trials that belong together, as the arms of a
 * task do, stay together. `wanted` null: as many parts as make sense for so many trials in parallel.
 */
export function cutShards<T>(items: readonly T[], wanted: number | null, parallel: number): T[][] {
  const sensible = Math.min(mostShards, Math.ceil(items.length / (rounds * parallel)));
  const count = Math.min(items.length, wanted ?? sensible);
  const from = (n: number) => Math.floor((n * items.length) / count);
  return Array.from({ length: count }, (_, n) => items.slice(from(n), from(n + 1)));
}
