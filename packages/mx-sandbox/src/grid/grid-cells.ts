import type { AnyRecord, Cell } from "@mx/records";
import { usageError } from "../usage-error.ts";
import { CellTally } from "./cell-tally.ts";
import { readDimension } from "./dimension.ts";
import { readMatch } from "./field-of.ts";
import { Grid, readCell } from "./grid.ts";
import { addRecords, addResults } from "./read-results.ts";

/** What `mx-sandbox grid` can be told. */
export interface GridFlags {
  dim: string[];
  index?: number | undefined;
  cell?: string | undefined;
  results: string[];
  match: string[];
  want?: number | undefined;
  all: boolean;
}

/** The cells that are asked for; with results to look at, those that are owed. */
export async function* gridCells(
  records: AsyncIterable<AnyRecord>,
  flags: GridFlags,
  { env, note }: { env: NodeJS.ProcessEnv; note: (text: string) => void },
): AsyncGenerator<Cell> {
  const grid = new Grid(flags.dim.map(readDimension));
  const tally = await tallyOf(records, grid, flags, env);
  if (tally !== null && tally.strays > 0) {
    note(`${tally.strays} trial records belong to no cell: a field differs, or is not there`);
  }
  for (const index of chosen(grid, flags)) {
    const base = { type: "cell", version: 1, index, cell: grid.at(index) } as const;
    if (tally === null) {
      yield base;
      continue;
    }
    const { trials, planned } = tally.count(index);
    const isDone = planned !== null && trials >= planned;
    if (isDone && !flags.all && flags.index === undefined && flags.cell === undefined) continue;
    const state = isDone ? "done" : "owed";
    yield { ...base, state, trials, ...(planned === null ? {} : { planned }) };
  }
}

function* chosen(grid: Grid, { index, cell }: GridFlags): Generator<number> {
  if (index !== undefined && cell !== undefined) {
    throw usageError("--index and --cell exclude each other", "give one of them");
  }
  if (cell !== undefined) {
    yield grid.indexOf(readCell(cell));
  } else if (index === undefined) {
    for (let n = 0; n < grid.size; n += 1) yield n;
  } else {
    grid.at(index);
    yield index;
  }
}

async function tallyOf(
  records: AsyncIterable<AnyRecord>,
  grid: Grid,
  flags: GridFlags,
  env: NodeJS.ProcessEnv,
): Promise<CellTally | null> {
  const match = new Map(flags.match.map(readMatch));
  const stray = [...match.keys()].find(
    (key) => !grid.dimensions.some((dimension) => dimension.name === key),
  );
  if (stray !== undefined) {
    throw usageError(`--match: there is no dimension ${stray}`, "name one of --dim");
  }
  if (flags.results.length === 0) {
    const lone = flags.want !== undefined || flags.match.length > 0 || flags.all;
    if (lone) throw usageError("--want, --match and --all need --results", "say where to look");
    return null;
  }
  const tally = new CellTally(grid, match, flags.want ?? null);
  for (const name of flags.results) {
    if (name === "-") await addRecords(records, tally);
    else await addResults(name, env, tally);
  }
  return tally;
}
