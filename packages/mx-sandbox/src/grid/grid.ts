import { nearestName } from "@mx/cli";
import { usageError } from "../usage-error.ts";
import type { Dimension } from "./dimension.ts";
import { quoteItem, splitList } from "./split-list.ts";

/** The value of each dimension, in the order of the dimensions. */
export type CellValues = Record<string, string>;

const mostCells = 10_000_000;

/** All combinations of the values of some dimensions, numbered from 0, the last dimension going round fastest. */
export class Grid {
  readonly dimensions: readonly Dimension[];
  readonly size: number;

  /** Throws MxError 2 where there is no dimension, one comes twice, or there are too many cells. */
  constructor(dimensions: readonly Dimension[]) {
    const names = dimensions.map(({ name }) => name);
    const twice = names.find((name, n) => names.indexOf(name) < n);
    if (twice !== undefined) {
      throw usageError(`--dim ${twice} is given twice`, "give all of its values at once");
    }
    this.dimensions = dimensions;
    this.size = dimensions.reduce((size, { values }) => size * values.length, 1);
    if (dimensions.length === 0) throw usageError("--dim is missing", "such as --dim trial=1..5");
    if (this.size > mostCells) {
      throw usageError(`${this.size} cells are too many`, `a grid has up to ${mostCells}`);
    }
  }

  /** The cell of a number. Throws MxError 2 where there is none. */
  at(index: number): CellValues {
    if (index >= this.size) {
      throw usageError(
        `there is no cell ${index}`,
        `this grid has ${this.size} cells, 0 to ${this.size - 1}`,
      );
    }
    const values: [string, string][] = [];
    let rest = index;
    for (const dimension of this.dimensions.toReversed()) {
      const { length } = dimension.values;
      values.unshift([dimension.name, dimension.values[rest % length] as string]);
      rest = Math.floor(rest / length);
    }
    return Object.fromEntries(values);
  }

  /** The number of a cell. Throws MxError 2 where a dimension or a value is not in the grid. */
  indexOf(cell: CellValues): number {
    const stray = Object.keys(cell).find(
      (key) => !this.dimensions.some(({ name }) => name === key),
    );
    if (stray !== undefined) {
      throw notThere(`--cell: there is no dimension ${stray}`, stray, this.#names());
    }
    return this.dimensions.reduce((index, { name, values }) => {
      const value = cell[name];
      if (value === undefined) {
        throw usageError(
          `--cell: ${name} is missing`,
          `it has to name ${this.#names().join(", ")}`,
        );
      }
      const at = values.indexOf(value);
      if (at < 0) throw notThere(`--cell: ${name} has no value ${value}`, value, values);
      return index * values.length + at;
    }, 0);
  }

  #names(): string[] {
    return this.dimensions.map(({ name }) => name);
  }
}

function notThere(message: string, given: string, known: readonly string[]) {
  const near = nearestName(given, [...known]);
  const some = known.slice(0, 20).map(quoteItem).join(",");
  return usageError(message, near === null ? `there are ${some}` : `did you mean ${near}?`);
}

/** Reads NAME=VALUE,NAME=VALUE,… as cellText writes it. Throws MxError 2 for what is none. */
export function readCell(text: string): CellValues {
  const cell: CellValues = {};
  // The value alone may be quoted, so that the quotes are not at the beginning of an item.
  const parts = text.match(/[^,"=]+=(?:"(?:[^"]|"")*"|[^,]*)(?:,|$)/g) ?? [];
  if (parts.join("") !== text || text === "") {
    throw usageError(
      `--cell ${JSON.stringify(text)}: expected NAME=VALUE,NAME=VALUE,…`,
      "such as --cell env=retail,agent=act",
    );
  }
  for (const part of parts) {
    const bare = part.replace(/,$/, "");
    const at = bare.indexOf("=");
    const [item] = splitList(bare.slice(at + 1));
    cell[bare.slice(0, at)] = item?.text ?? "";
  }
  return cell;
}

/** A cell as one word: env=retail,agent=act. */
export function cellText(cell: CellValues): string {
  return Object.entries(cell)
    .map(([name, value]) => `${name}=${quoteItem(value)}`)
    .join(",");
}
