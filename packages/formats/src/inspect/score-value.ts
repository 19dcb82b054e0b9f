const letters: Readonly<Record<string, number>> = { C: 1, P: 0.5, I: 0, N: 0 };
const words: Readonly<Record<string, number>> = { yes: 1, true: 1, no: 0, false: 0 };
const decimal = /^\s*[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d+)?\s*$/i;

/**
 * A score's value as a number, by Inspect's `value_to_float` (scorer/_metric.py): correct 1, partial 0.5, incorrect
 * and no answer 0, yes and true 1, no and false 0, numbers as they are, also as text.
 *
 * Null, which is not 0, for what Inspect takes for 0 with a warning (any other text, a list, an object), and for NaN,
 * which is its sign for "could not be scored".
 */
export function scoreValue(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string") return null;
  const known = own(letters, value) ?? own(words, value.toLowerCase());
  if (known !== undefined) return known;
  const number = decimal.test(value) ? Number(value.replaceAll("_", "")) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

function own(table: Readonly<Record<string, number>>, name: string): number | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
