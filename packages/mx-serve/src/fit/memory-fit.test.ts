import { expect, test } from "vitest";
import { Infra } from "../config/infra.ts";
import type { MemoryUse } from "../engines/engine.ts";
import type { GpuEntry } from "../registry/model-entry.ts";
import type { ModelEntry } from "../registry/model-entry.ts";
import { memoryFit } from "./memory-fit.ts";

const gpus = new Map<string, GpuEntry>([
  ["A10G", { memory_mib: 23_028 }],
  ["A100-80GB", { memory_mib: 81_920 }],
  ["H100", { memory_mib: 81_559 }],
]);
/** Llama 3.1 8B, by its public configuration. */
const llama: ModelEntry = {
  parameters: 8_030_261_248,
  weights: "bfloat16",
  layers: 32,
  kv_heads: 8,
  head_dim: 128,
  max_position: 131_072,
};
const use: MemoryUse = {
  maxLength: 8192,
  weights: null,
  kvCache: null,
  share: 0.9,
  cardsPerCopy: 1,
  copies: 1,
  drafts: false,
};
const on = (gpu: string | null) => Infra.parse({ gpu });

test("the sum of a model that fits", () => {
  const fit = memoryFit(llama, use, on("A10G"), gpus);
  expect(fit).toMatchObject({
    fits: true,
    weights_bytes: 16_060_522_496,
    // 2 * 32 layers * 8 heads * 128 * 2 bytes * 8192 tokens: 1 GiB.
    kv_cache_bytes: 1024 ** 3,
    available_bytes: Math.round(23_028 * 1024 ** 2 * 0.9),
  });
  expect(fit.explanation).toContain(
    "weights 16.1 GB + KV cache of one sequence of 8192 tokens 1.1 GB",
  );
});

test("61 GB of weights do not fit on a card of 24, and the advice would do", () => {
  const big = { ...llama, parameters: 30_532_122_624 };
  const fit = memoryFit(big, use, on("A10G"), gpus);
  expect(fit).toMatchObject({ fits: false, explanation: expect.stringContaining("A10G:4") });
  expect(memoryFit(big, { ...use, cardsPerCopy: 4 }, on("A10G:4"), gpus).fits).toBe(true);
  expect(memoryFit(big, { ...use, cardsPerCopy: 2 }, on("A10G:2"), gpus).fits).toBe(false);
});

test("copies get no more memory: data parallelism adds cards and not room", () => {
  const big = { ...llama, parameters: 60e9 };
  expect(memoryFit(big, { ...use, copies: 2 }, on("A100-80GB:2"), gpus).fits).toBe(false);
  expect(memoryFit(big, { ...use, cardsPerCopy: 2 }, on("A100-80GB:2"), gpus).fits).toBe(true);
});

test.for<[string, Partial<MemoryUse>, number]>([
  ["fp8 halves the weights", { weights: "fp8" }, 8_030_261_248],
  ["float32 doubles them", { weights: "float32" }, 32_121_044_992],
  ["MXFP4 is 4.25 bits", { weights: "mxfp4" }, 4_266_076_288],
])("%s", ([, change, bytes]) => {
  expect(memoryFit(llama, { ...use, ...change }, on("A10G"), gpus).weights_bytes).toBe(bytes);
});

test("the size of a checkpoint counts more than a product, but not for other bits", () => {
  const entry = { ...llama, weights: "mxfp4", weights_bytes: 5e9 };
  expect(memoryFit(entry, use, on("A10G"), gpus).weights_bytes).toBe(5e9);
  expect(memoryFit(entry, { ...use, weights: "mxfp4" }, on("A10G"), gpus).weights_bytes).toBe(5e9);
  expect(memoryFit(entry, { ...use, weights: "fp8" }, on("A10G"), gpus).weights_bytes).toBe(
    8_030_261_248,
  );
});

test("an fp8 cache is half as large, and layers with a window keep no more tokens than it has", () => {
  const fit = (entry: ModelEntry, change: Partial<MemoryUse>) =>
    memoryFit(entry, { ...use, ...change }, on("A10G"), gpus).kv_cache_bytes;
  expect(fit(llama, { kvCache: "fp8" })).toBe(1024 ** 3 / 2);
  const sliding = { ...llama, sliding_window: { tokens: 128, layers: 16 } };
  const perToken = 2 * 8 * 128 * 2;
  expect(fit(sliding, {})).toBe(perToken * (16 * 8192 + 16 * 128));
});

test("more cards than heads keep heads several times", () => {
  const one = memoryFit({ ...llama, kv_heads: 4 }, use, on("H100"), gpus).kv_cache_bytes ?? 0;
  const many = memoryFit(
    { ...llama, kv_heads: 4 },
    { ...use, cardsPerCopy: 8 },
    on("H100:8"),
    gpus,
  );
  expect(many.kv_cache_bytes).toBe(one * 2);
});

test.for<[string, ModelEntry, string | null, Partial<MemoryUse>]>([
  ["parameters", { ...llama, parameters: null }, "A10G", {}],
  ["how weights are stored", { ...llama, weights: null }, "A10G", {}],
  ["a way of storing them", { ...llama, weights: "nf3" }, "A10G", {}],
  ["layers", { ...llama, layers: null }, "A10G", {}],
  ["the context", { ...llama, max_position: null }, "A10G", { maxLength: null }],
  ["the card", llama, null, {}],
  ["the memory of the card", llama, "X900", {}],
])("without %s it is not known whether it fits", ([, entry, gpu, change]) => {
  const fit = memoryFit(entry, { ...use, ...change }, on(gpu), gpus);
  expect(fit.fits).toBeNull();
  expect(fit.explanation).toContain("not known:");
});

test("what is known can be too much, whatever else is not known", () => {
  const entry = { ...llama, parameters: 70e9, layers: null };
  expect(memoryFit(entry, use, on("A10G"), gpus).fits).toBe(false);
});

test("memory of a card that no table has can be given", () => {
  const infra = Infra.parse({ gpu: "X900", gpu_memory_gib: 96 });
  expect(memoryFit(llama, use, infra, gpus)).toMatchObject({
    fits: true,
    available_bytes: Math.round(96 * 1024 ** 3 * 0.9),
  });
});

test("cards that nobody uses are mentioned", () => {
  expect(memoryFit(llama, use, on("H100:2"), gpus).explanation).toContain("1 of 2 cards stay idle");
});
