import { printable, table } from "@mx/cli";
import type { AnyRecord, Cell } from "@mx/records";
import { compressIndexes, shellQuote } from "@mx/backends/slurm";

type Cells = AsyncIterable<AnyRecord & Cell>;

/** `--array=0-23,59` for sbatch, of the cells that are owed; nothing where none is. */
export async function* arrayOption(cells: Cells): AsyncGenerator<string> {
  const owed: number[] = [];
  for await (const { index, state } of cells) if (state !== "done") owed.push(index);
  if (owed.length > 0) yield `--array=${compressIndexes(owed)}\n`;
}

/** A line of assignments for each cell, for `eval` in a shell. */
export async function* assignments(cells: Cells): AsyncGenerator<string> {
  for await (const { cell } of cells) {
    const words = Object.entries(cell).map(
      ([name, value]) => `${name.replaceAll(/\W/g, "_")}=${shellQuote(value)}`,
    );
    yield `${words.join(" ")}\n`;
  }
}

/** A table for people. */
export async function* cellTable(cells: Cells): AsyncGenerator<string> {
  const rows: string[][] = [];
  let header: string[] = [];
  for await (const { index, cell, state, trials, planned } of cells) {
    const counts = state === undefined ? [] : [state, `${trials ?? 0} of ${planned ?? "?"}`];
    header = ["index", ...Object.keys(cell), ...(counts.length > 0 ? ["state", "trials"] : [])];
    rows.push([String(index), ...Object.values(cell).map(printable), ...counts]);
  }
  yield rows.length === 0 ? "no cells\n" : await table(header, rows);
}
