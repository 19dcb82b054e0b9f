import { figures } from "./figures.ts";
import type { Glyphs } from "./glyphs.ts";

/** How something is meant, which is its colour. */
export type Tone = "plain" | "heading" | "good" | "bad" | "warning" | "dim";

/** A column of text. */
export interface TextColumn {
  kind: "text";
  header: string;
  cells: readonly string[];
  align?: "left" | "right";
  /** One tone per cell. */
  tones?: readonly Tone[];
  /** True: names from outside, which may be shortened where there is no room; code in Markdown. */
  isName?: boolean;
  /** Columns with the smallest rank go first where there is no room; absent: never. */
  rank?: number;
  /** A shorter spelling, of figures alone, which is taken when its own rank comes; the column's `rank` is later. */
  short?: { header: string; cells: readonly string[]; rank: number };
}

/** A column that is drawn in the room that is left; not in Markdown. */
export interface BarColumn {
  kind: "bar";
  rank: number;
  /** The header and the cells, each `width` columns wide or less. */
  draw: (width: number, glyphs: Glyphs) => { header: string; cells: string[] };
}

export type Column = TextColumn | BarColumn;

/** A line of text; `label` comes first, and the lines that follow are indented by it. */
export interface Line {
  text: string;
  label?: string;
  tone?: Tone;
}

/**
 * A part of what is shown, with its title above it and the number of rows or lines that were left out below. All
 * text in it is printable and without newlines; U+00A0 in it is a space that no line is broken at.
 */
export type Block = { title?: string; more?: number } & (
  { kind: "table"; columns: readonly Column[] } | { kind: "lines"; lines: readonly Line[] }
);

/** What stands below a block of which `more` rows were left out; null where none were. */
export function moreText(more: number | undefined): string | null {
  return more === undefined || more <= 0 ? null : `… and ${figures.count(more)} more`;
}

/** A column of names from outside. */
export function nameColumn(header: string, cells: readonly string[]): TextColumn {
  return { kind: "text", header, cells, isName: true };
}

/** A column of figures; those with a rank go where there is no room. */
export function figureColumn(header: string, cells: readonly string[], rank?: number): TextColumn {
  return {
    kind: "text",
    header,
    cells,
    align: "right",
    ...(rank === undefined ? {} : { rank }),
  };
}
