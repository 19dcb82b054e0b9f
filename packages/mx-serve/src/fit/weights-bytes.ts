import type { MemoryUse } from "../engines/engine.ts";
import type { ModelEntry } from "../registry/model-entry.ts";
import { numberBytes } from "./number-bytes.ts";

/** Size of the weights: parameters times bytes of each, or as the registry says; null: not known. */
export function weightsBytes(entry: ModelEntry, use: MemoryUse): number | null {
  const stored = entry.weights ?? null;
  // Weights that are stored in fewer bits stay so, whatever the engine is told besides.
  const changed = use.weights !== null && use.weights !== stored;
  if (!changed && typeof entry.weights_bytes === "number") return entry.weights_bytes;
  const kind = changed ? use.weights : stored;
  const each = kind === null ? null : numberBytes(kind);
  if (each === null || typeof entry.parameters !== "number") return null;
  return Math.round(entry.parameters * each);
}
