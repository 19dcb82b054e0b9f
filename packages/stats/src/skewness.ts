import { mean } from "./mean.ts";
import { standardDeviation } from "./standard-deviation.ts";

/** How lopsided values are: mean of ((x - mean) / sd)^3. Null where they have no spread. */
export function skewness(values: readonly number[]): number | null {
  const centre = mean(values);
  const deviation = standardDeviation(values);
  if (centre === null || deviation === null || deviation === 0) return null;
  return mean(values.map((value) => ((value - centre) / deviation) ** 3));
}
