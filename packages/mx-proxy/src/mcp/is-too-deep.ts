/** Programs in Rust read no more levels of JSON; those that recurse overflow their stack at some thousands. */
export const mostLevels = 128;

/** True for JSON with more levels of arrays and objects than can safely be written again. */
export function isTooDeep(value: unknown, levels: number = mostLevels): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}
