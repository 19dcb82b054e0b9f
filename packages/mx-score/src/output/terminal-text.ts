import { asciiText } from "./ascii-text.ts";
import {
  moreText,
  type Block,
  type Column,
  type Line,
  type TextColumn,
  type Tone,
} from "./block.ts";
import { cutMiddle } from "./cut-text.ts";
import { fitColumns, gap, type Fitted } from "./fit-columns.ts";
import { asciiGlyphs, unicodeGlyphs, type Glyphs } from "./glyphs.ts";
import type { OutputOptions } from "./options.ts";
import { textWidth, widest } from "./text-width.ts";
import { wrapWords } from "./wrap-words.ts";

/** No line can be made narrower than this. */
const leastWidth = 20;

/** Select Graphic Rendition: 1 bold, 2 faint, 31 red, 32 green, 33 yellow. */
const colours: Readonly<Record<Tone, string>> = {
  plain: "",
  heading: "1",
  good: "32",
  bad: "31",
  warning: "33",
  dim: "2",
};

/** Blocks as a terminal shows them; each line ends in a newline and is at most `width` columns wide. */
export class TerminalText {
  readonly #width: number;
  readonly #isUnicode: boolean;
  readonly #glyphs: Glyphs;
  readonly #colour: boolean;

  constructor({ width, colour, unicode = true }: Omit<OutputOptions, "format">) {
    this.#width = Math.max(leastWidth, width);
    this.#isUnicode = unicode;
    this.#glyphs = unicode ? unicodeGlyphs : asciiGlyphs;
    this.#colour = colour;
  }

  /** One block, without empty lines around it. */
  block(block: Block): string {
    const { title } = block;
    const more = moreText(block.more);
    return [
      title === undefined ? "" : this.#lines([{ text: title, tone: "heading" }]),
      block.kind === "table" ? this.#table(block.columns) : this.#lines(block.lines),
      more === null ? "" : this.#lines([{ text: more, tone: "dim" }]),
    ].join("");
  }

  #spelt(text: string): string {
    const parts = text.split("\u00a0");
    return (this.#isUnicode ? parts : parts.map(asciiText)).join("\u00a0");
  }

  #toned(text: string, tone: Tone = "plain"): string {
    const code = colours[tone];
    return this.#colour && code !== "" && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text;
  }

  #lines(lines: readonly Line[]): string {
    const labels = lines.map(({ label }) => this.#spelt(label ?? ""));
    const widestLabel = Math.min(widest(labels), this.#width - 10);
    const indent = widestLabel === 0 ? 0 : widestLabel + 2;
    return lines
      .map(({ text, tone }, n) => {
        const label = cutMiddle(labels[n] ?? "", widestLabel, this.#glyphs.ellipsis);
        const padding = " ".repeat(indent - textWidth(label));
        const [first = "", ...more] = wrapWords(
          this.#spelt(text),
          this.#width - indent,
          this.#glyphs.ellipsis,
        );
        const beginning =
          indent === 0 ? this.#toned(first, tone) : this.#toned(label, tone) + padding + first;
        const rest = more.map(
          (line) => `${" ".repeat(indent)}${indent === 0 ? this.#toned(line, tone) : line}\n`,
        );
        return `${beginning.trimEnd()}\n${rest.join("")}`;
      })
      .join("");
  }

  #table(columns: readonly Column[]): string {
    const fitted = fitColumns(
      columns.map((column) => (column.kind === "text" ? this.#speltColumn(column) : column)),
      this.#width,
    ).map((one) => this.#drawn(one));
    const rows = Math.max(0, ...fitted.map(({ column }) => column.cells.length));
    const line = (cell: (column: TextColumn) => [text: string, tone: Tone]) =>
      `${fitted
        .map(({ column, width }, n) => {
          const [text, tone] = cell(column);
          return this.#cell(text, tone, width, column.align, n === fitted.length - 1);
        })
        .join(" ".repeat(gap))
        .trimEnd()}\n`;
    const body = Array.from({ length: rows }, (_, n) =>
      line((column) => [column.cells[n] ?? "", column.tones?.[n] ?? "plain"]),
    );
    return line((column) => [column.header, "dim"]) + body.join("");
  }

  #speltColumn(column: TextColumn): TextColumn {
    const { header, cells, short } = column;
    const spelt = { header: this.#spelt(header), cells: cells.map((cell) => this.#spelt(cell)) };
    if (short === undefined) return { ...column, ...spelt };
    const shortCells = short.cells.map((cell) => this.#spelt(cell));
    return { ...column, ...spelt, short: { ...short, cells: shortCells } };
  }

  #drawn({ column, width }: Fitted): { column: TextColumn; width: number } {
    if (column.kind === "text") return { column, width };
    return { column: { kind: "text", ...column.draw(width, this.#glyphs) }, width };
  }

  #cell(whole: string, tone: Tone, width: number, align = "left", isLast = false): string {
    const text = cutMiddle(whole, width, this.#glyphs.ellipsis);
    const padding = " ".repeat(width - textWidth(text));
    const toned = this.#toned(text, tone);
    if (align === "right") return padding + toned;
    return isLast ? toned : toned + padding;
  }
}
