import type { Gpu } from "../config/gpu.ts";
import type { GpuEntry } from "../registry/model-entry.ts";

/**
 * Price of graphics cards while they run, in USD per hour, by the list of the registry; null: not on it. Cores and memory
 * cost on top, and a card of one's own costs something else.
 */
export function gpuPrice(gpu: Gpu | null, gpus: ReadonlyMap<string, GpuEntry>): number | null {
  const price = gpus.get(gpu?.type ?? "")?.usd_per_hour ?? null;
  // To a hundredth of a cent: 2 * 2.4984 is not to be 4.99680000000001.
  return price === null ? null : Math.round(price * (gpu?.count ?? 0) * 10_000) / 10_000;
}
