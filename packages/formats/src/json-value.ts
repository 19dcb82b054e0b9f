/*
 * Parts of a document that somebody else wrote. Each function gives what it is named for, or says that it is not
 * there; none throws, because what is wrong with one field is no reason to lose the row.
 */

/** An object of JSON, of which nothing is known but that it is one. */
export type JsonObject = Record<string, unknown>;

/** The object, or null where it is none. */
export function objectOf(value: unknown): JsonObject | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : null;
}

/** The items, or none where it is no list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** The text, or null where it is none. */
export function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** The number, or null where it is none or not finite. */
export function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** The whole number from 0, or null where it is none that a double holds exactly. */
export function countOf(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** An id as text: formats write them as text or as whole numbers. Null where it is neither, or empty. */
export function idOf(value: unknown): string | null {
  if (typeof value === "string" && value !== "") return value;
  return typeof value === "number" && Number.isSafeInteger(value) ? String(value) : null;
}
