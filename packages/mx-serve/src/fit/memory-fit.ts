import type { Fit } from "@mx/records";
import { gpuOf } from "../config/gpu.ts";
import type { Infra } from "../config/infra.ts";
import type { MemoryUse } from "../engines/engine.ts";
import type { GpuEntry, ModelEntry } from "../registry/model-entry.ts";
import { fitExplanation } from "./fit-explanation.ts";
import { kvCacheBytes } from "./kv-cache-bytes.ts";
import { weightsBytes } from "./weights-bytes.ts";

/** Bytes of each card that activations, CUDA graphs and the engine itself take: an allowance, not measured. */
export const overheadBytes = 1.5 * 1024 ** 3;

/**
 * Whether a model fits: weights, the KV cache of one sequence of the longest context and an allowance, against the
 * memory of the cards of one copy. Data parallelism adds copies and gives none of them more memory. Unknown: null, but
 * where what is known is too much already.
 */
export function memoryFit(
  entry: ModelEntry,
  use: MemoryUse,
  infra: Infra,
  gpus: ReadonlyMap<string, GpuEntry>,
): Fit {
  const gpu = gpuOf(infra.gpu);
  const length = use.maxLength ?? entry.max_position ?? null;
  const weights = weightsBytes(entry, use);
  const cache = kvCacheBytes(entry, length, use.kvCache, use.cardsPerCopy);
  const card = cardMemory(infra, gpus);
  const available = card === null ? null : Math.round(card * use.share * use.cardsPerCopy);
  const known = (weights ?? 0) + (cache ?? 0);
  const needed = known + overheadBytes * use.cardsPerCopy;
  const isTooMuch = available !== null && known > 0 && needed > available;
  const isKnown = weights !== null && cache !== null && available !== null;
  const fits = isTooMuch ? false : isKnown ? true : null;
  const sizes = { weights, cache, available, card, known, needed, overhead: overheadBytes };
  return {
    fits,
    weights_bytes: weights,
    kv_cache_bytes: cache,
    available_bytes: available,
    explanation: fitExplanation({ fits, gpu, length, use, ...sizes }),
  };
}

/** Memory of one card in bytes; null: not known. */
function cardMemory(infra: Infra, gpus: ReadonlyMap<string, GpuEntry>): number | null {
  if (infra.gpu_memory_gib !== null) return infra.gpu_memory_gib * 1024 ** 3;
  const mib = gpus.get(gpuOf(infra.gpu)?.type ?? "")?.memory_mib ?? null;
  return mib === null ? null : mib * 1024 ** 2;
}
