import type { BarColumn, Column, TextColumn } from "./block.ts";
import { widest } from "./text-width.ts";

/** Space between two columns. */
export const gap = 2;

/** A bar has at least so many columns of the terminal, and at most. */
const bars = { least: 13, most: 34 };

/** Names are shortened to this before a column of at least this rank goes, and to the other when all else is gone. */
const names = { comfortable: 16, beforeRank: 100, least: 4 };

/** A column with the room it gets, in columns of the terminal. */
export interface Fitted {
  column: Column;
  width: number;
}

/**
 * The columns that fit in `width` columns of the terminal, side by side. First go those of the smallest rank, one
 * by one; before those of rank 100 and more do, names are shortened to 16; at last to 4, and then columns go from
 * the right. Bars get what is left.
 */
export function fitColumns(columns: readonly Column[], width: number): Fitted[] {
  let fitted = columns.map((column) => ({ column, width: leastWidth(column) }));
  const excess = () => totalWidth(fitted) - width;
  const ranks = columns.flatMap((column) => ranksOf(column)).sort((a, b) => a - b);
  for (const rank of new Set(ranks)) {
    if (excess() <= 0) break;
    if (rank >= names.beforeRank) shortenNames(fitted, excess(), names.comfortable);
    if (excess() > 0) fitted = withoutRank(fitted, rank);
  }
  shortenNames(fitted, excess(), names.comfortable);
  shortenNames(fitted, excess(), names.least);
  while (excess() > 0 && fitted.length > 1) fitted = fitted.slice(0, -1);
  if (excess() > 0) fitted = fitted.map(({ column }) => ({ column, width }));
  widenBars(fitted, -excess());
  return fitted;
}

function totalWidth(fitted: readonly Fitted[]): number {
  const gaps = Math.max(0, fitted.length - 1) * gap;
  return fitted.reduce((sum, { width }) => sum + width, gaps);
}

function leastWidth(column: Column): number {
  if (column.kind === "bar") return bars.least;
  return widest([column.header, ...column.cells]);
}

function ranksOf(column: Column): number[] {
  if (column.kind === "bar") return [column.rank];
  return [column.rank, column.short?.rank].filter((rank) => rank !== undefined);
}

/** Takes the columns of a rank out; those that have a shorter spelling for it become shorter. */
function withoutRank(fitted: readonly Fitted[], rank: number): Fitted[] {
  return fitted.flatMap((one) => {
    const { column } = one;
    if (column.kind === "text" && column.short?.rank === rank) {
      const { short, ...rest } = column;
      const { header, cells } = short;
      const shorter: TextColumn = { ...rest, header, cells, align: "right" };
      return [{ column: shorter, width: leastWidth(shorter) }];
    }
    return column.rank === rank ? [] : [one];
  });
}

/** Makes the columns of names narrower by `excess` together, the widest first, none narrower than `least`. */
function shortenNames(fitted: readonly Fitted[], excess: number, least: number): void {
  const able = fitted.filter(({ column }) => column.kind === "text" && column.isName === true);
  for (let left = excess; left > 0; left -= 1) {
    const longest = able.reduce<Fitted | null>(
      (best, one) => (best === null || one.width > best.width ? one : best),
      null,
    );
    if (longest === null || longest.width <= least) return;
    longest.width -= 1;
  }
}

/** Bars get the room that is left; an odd number of columns, so that 0 can be in the middle. */
function widenBars(fitted: readonly Fitted[], spare: number): void {
  const isBar = (one: Fitted): one is Fitted & { column: BarColumn } => one.column.kind === "bar";
  const shown = fitted.filter(isBar);
  for (const one of shown) {
    const width = Math.min(bars.most, one.width + Math.floor(Math.max(0, spare) / shown.length));
    one.width = width % 2 === 0 ? width - 1 : width;
  }
}
