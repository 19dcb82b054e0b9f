import type { Gpu } from "../config/gpu.ts";
import type { MemoryUse } from "../engines/engine.ts";

/** A sum of memory, in bytes. Null: not known. */
export interface FitSum {
  fits: boolean | null;
  weights: number | null;
  cache: number | null;
  /** Of the cards of one copy, as far as the engine may use them. */
  available: number | null;
  /** Of one card. */
  card: number | null;
  /** Weights and cache, as far as they are known. */
  known: number;
  /** With the allowance of each card. */
  needed: number;
  /** The allowance of one card. */
  overhead: number;
  /** Context in tokens. */
  length: number | null;
  gpu: Gpu | null;
  use: MemoryUse;
}

/** No machine of Modal's has more cards. */
const mostCards = 8;

const gb = (bytes: number | null) => (bytes === null ? "?" : `${(bytes / 1e9).toFixed(1)} GB`);

/** The sum in words, and what to change where it does not fit. */
export function fitExplanation(sum: FitSum): string {
  const { weights, cache, available, card, length, gpu, use, fits } = sum;
  const context = length === null ? "" : ` of ${length} tokens`;
  const parts = [
    `weights ${gb(weights)}`,
    `KV cache of one sequence${context} ${gb(cache)}`,
    `allowance ${gb(sum.overhead * use.cardsPerCopy)}`,
  ].join(" + ");
  const cards = gpu === null ? "no card is named" : `${use.cardsPerCopy} × ${gpu.type}`;
  const each = card === null ? "" : `, ${gb(card)} each`;
  const figures = `${parts}, of ${gb(available)} (${cards}${each}, share ${use.share})`;
  const notes = [
    ...(use.drafts ? ["the draft model is not counted"] : []),
    ...(fits === false ? [advice(sum)] : []),
    ...(fits === null ? [`not known: ${unknown(sum).join(", ")}`] : []),
    ...idle(sum),
  ];
  return [figures, ...notes].join("; ");
}

function unknown({ weights, cache, available, gpu }: FitSum): string[] {
  return [
    ...(weights === null ? ["the size of the weights"] : []),
    ...(cache === null ? ["layers and heads, or the context, for the KV cache"] : []),
    ...(available === null ? [gpu === null ? "the card" : `the memory of ${gpu.type}`] : []),
  ];
}

function advice({ needed, available, known, overhead, gpu, use }: FitSum): string {
  const room = (available ?? 0) / use.cardsPerCopy - overhead;
  // Heads are shared out evenly, which powers of two allow.
  const cards = room > 0 ? 2 ** Math.ceil(Math.log2(known / room)) * use.copies : Infinity;
  const more = gpu === null || cards > mostCards ? "" : `--infra.gpu=${gpu.type}:${cards}, `;
  const short = gb(needed - (available ?? 0));
  return `${short} too much: ${more}larger cards, fewer bits or a shorter context`;
}

function idle({ gpu, use }: FitSum): string[] {
  const left = gpu === null ? 0 : gpu.count - use.cardsPerCopy * use.copies;
  return left > 0 ? [`${left} of ${gpu?.count} cards stay idle`] : [];
}
