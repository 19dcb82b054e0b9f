import type { ModelEntry } from "../registry/model-entry.ts";
import { numberBytes } from "./number-bytes.ts";

/**
 * KV cache of one sequence of `length` tokens: keys and values (2) of each layer, head and dimension, for each token.
 * Layers with a sliding window keep no more tokens than it has. Null where a fact is not known.
 */
export function kvCacheBytes(
  entry: ModelEntry,
  length: number | null,
  kind: string | null,
  cards: number,
): number | null {
  const { layers, kv_heads: heads, head_dim: width, sliding_window: window } = entry;
  const each = numberBytes(kind);
  if (!layers || !heads || !width || length === null || each === null) return null;
  // A head is on one card at least: with more cards than heads, heads are kept several times.
  const kept = Math.max(heads, cards);
  const sliding = window?.layers ?? 0;
  const tokens = (layers - sliding) * length + sliding * Math.min(length, window?.tokens ?? 0);
  return Math.round(2 * kept * width * each * tokens);
}
