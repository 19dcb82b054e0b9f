/**
 * Bits of one number as it is stored, scales of blocks and groups included. MXFP4: 4 bits and a scale of 8 bits for 32
 * numbers (OCP Microscaling Formats 1.0); AWQ and GPTQ: 4 bits, and 16 bits of scale and 4 of zero for 128.
 */
const bits: Record<string, number> = {
  float32: 32,
  float: 32,
  bfloat16: 16,
  float16: 16,
  half: 16,
  fp8: 8,
  fp8_e4m3: 8,
  fp8_e5m2: 8,
  int8: 8,
  mxfp4: 4.25,
  awq: 4.15625,
  gptq: 4.15625,
};

/** Bytes of one number of this kind; null: not known. `auto` is what nearly all models are stored as, bfloat16. */
export function numberBytes(kind: string | null): number | null {
  const known = kind === null || kind === "auto" ? "bfloat16" : kind;
  const size = Object.hasOwn(bits, known) ? bits[known] : undefined;
  return size === undefined ? null : size / 8;
}
