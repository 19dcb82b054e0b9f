/** Deeper than this, nothing is read: writers and schemas after us recurse, and would run out of stack. */
export const deepest = 256;

/** True where lists and objects stand in each other more than `limit` deep. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (limit === 0) return true;
  const parts: unknown[] = Array.isArray(value) ? value : Object.values(value);
  return parts.some((part) => isDeeperThan(part, limit - 1));
}
