import { gpuOf } from "../config/gpu.ts";
import type { Infra } from "../config/infra.ts";
import { settingError } from "../config/setting-error.ts";

interface Parallel {
  tensor_parallel_size: number | null;
  pipeline_parallel_size?: number;
  data_parallel_size: number;
}

/**
 * Cards that one layer is cut over: as many as were asked for, else what the copies and stages leave of all. Throws
 * MxError 2 where more cards are asked for than there are; some may be left over.
 */
export function tensorCards(section: string, parallel: Parallel, infra: Infra): number {
  const { pipeline_parallel_size: stages = 1, data_parallel_size: copies } = parallel;
  const gpu = gpuOf(infra.gpu);
  const cards = gpu?.count ?? 1;
  const tensor =
    parallel.tensor_parallel_size ?? Math.max(1, Math.floor(cards / (stages * copies)));
  // Without `gpu`, whoever starts it on this machine knows what is there.
  if (gpu !== null && tensor * stages * copies > cards) {
    const needed = tensor * stages * copies;
    throw settingError(
      `${section} is to use ${needed} graphics cards, and there are ${cards} (${infra.gpu})`,
      `--infra.gpu=${gpu.type}:${needed}, or less tensor_parallel_size and data_parallel_size`,
    );
  }
  return tensor;
}
