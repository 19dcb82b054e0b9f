import { BadRecordError } from "@mx/cli";
import type { ReadOptions } from "./format.ts";

/** What is wrong with a row, thrown where its place in the file is not known. */
export class RowFault extends Error {
  override readonly name = "RowFault";
}

/**
 * A row that cannot be read: left out where `onBadRecord` takes it, else thrown as BadRecordError with its place.
 * Errors that say nothing about the row are bugs, and are thrown as they are.
 */
export function rejectRow(error: unknown, where: string, options: ReadOptions): void {
  let bad: BadRecordError;
  if (error instanceof BadRecordError) bad = error;
  else if (error instanceof RowFault) bad = new BadRecordError(where, error.message);
  else if (error instanceof RangeError) bad = new BadRecordError(where, "too deep or too long");
  else throw error;
  if (options.onBadRecord === undefined) throw bad;
  options.onBadRecord(bad);
}
