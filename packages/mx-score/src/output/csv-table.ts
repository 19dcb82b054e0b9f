import type { CsvCell } from "./csv-text.ts";

/** A table as CSV has it: names of columns, and a row per record. */
export interface CsvTable {
  header: string[];
  rows: CsvCell[][];
}

/** A table from columns: the name of each, and what it holds of a record. */
export function tableOf<T>(
  records: readonly T[],
  columns: readonly (readonly [name: string, cell: (record: T) => CsvCell])[],
): CsvTable {
  return {
    header: columns.map(([name]) => name),
    rows: records.map((record) => columns.map(([, cell]) => cell(record))),
  };
}
