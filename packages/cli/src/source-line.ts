import type { AnyRecord, RecordName } from "@mx/records";

/** Under this symbol a record carries the line that it was read from. Copies by spread keep it. */
const sourceLine = Symbol("mx.source-line");

/** The line of a record, as it was read. */
interface Source {
  text: string;
  /** The fields as they were read: a copy of references, so that a field that is set anew is seen. */
  fields: Record<string, unknown>;
  /** As what it has been checked. */
  checked: RecordName | undefined;
}

/** A line may be nested more deeply than the stack can follow; no program changes anything so deep. */
const deepest = 8;

/**
 * Freezes what a field holds: a change inside it would not be seen, and the old bytes would be written. Arrays are
 * not descended into, because long ones would cost more than their parsing.
 */
function freeze(value: object, depth = 0): void {
  Object.freeze(value);
  if (Array.isArray(value) || depth === deepest) return;
  for (const member of Object.values(value) as unknown[]) {
    if (typeof member === "object" && member !== null) freeze(member, depth + 1);
  }
}

/** Makes a parsed record remember its line. Its fields can be set; what is inside them is frozen. */
export function rememberLine(record: AnyRecord, text: string, checked?: RecordName): AnyRecord {
  const fields = { ...record };
  for (const name in fields) {
    const value = fields[name];
    if (typeof value === "object" && value !== null) freeze(value);
  }
  const source: Source = { text, fields, checked };
  (record as unknown as Record<symbol, unknown>)[sourceLine] = source;
  return record;
}

/** The line that a record, or the record it was copied from, was read from. */
export function lineOf(record: object): Source | undefined {
  return (record as Record<symbol, Source | undefined>)[sourceLine];
}
