/** A value with its interval; null or absent: not known. */
export interface Estimate {
  value: number | null;
  low?: number | null | undefined;
  high?: number | null | undefined;
}
