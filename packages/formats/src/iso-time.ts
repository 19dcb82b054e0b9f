/**
 * A point in time as ISO 8601 UTC, or null where it is none. Takes ISO texts and seconds since 1970. A text
 * without a zone counts as UTC: tau2 and goat write the local time of their machine and do not say which it was.
 */
export function isoTime(value: unknown): string | null {
  if (typeof value === "number") return value > 0 ? iso(value * 1000) : null;
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d|$)/.test(value)) return null;
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(value);
  const text = value.replace(" ", "T");
  // Python writes microseconds; a date alone is UTC already.
  return iso(Date.parse(hasZone || !text.includes("T") ? text : `${text}Z`));
}

function iso(ms: number): string | null {
  const date = new Date(ms);
  // Years beyond 9999 are written with a sign, which no reader expects.
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 || date.getUTCFullYear() < 1
    ? null
    : date.toISOString();
}
