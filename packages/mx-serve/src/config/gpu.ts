import * as z from "zod";

/** Graphics cards: a type as Modal or a cluster spells it, and how many. */
export interface Gpu {
  type: string;
  count: number;
}

const pattern = /^([A-Za-z0-9][\w.+!-]*)(?::([1-9]\d*))?$/;

/** Cards as text: `A100-80GB:2`; without a number, one. */
export const GpuText = z
  .string()
  .regex(pattern, "expected a type and a number of cards, such as A100-80GB:2");

/** The cards that a text such as `H100:2` names; null for null. The text is one that `GpuText` takes. */
export function gpuOf(text: string | null): Gpu | null {
  const [, type, count = "1"] = pattern.exec(text ?? "") ?? [];
  return type === undefined ? null : { type, count: Number(count) };
}
