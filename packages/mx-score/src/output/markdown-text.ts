import { moreText, type Block, type Line, type TextColumn } from "./block.ts";

/** A block in GitHub's Markdown, with a newline at its end. Bars are left out. */
export function markdownText(block: Block): string {
  const { title } = block;
  const more = moreText(block.more);
  return [
    title === undefined ? "" : `### ${escaped(title)}\n\n`,
    block.kind === "table"
      ? table(block.columns.filter((column) => column.kind === "text"))
      : block.lines.map(listItem).join(""),
    more === null ? "" : `\n${more}\n`,
  ].join("");
}

function listItem({ label, text }: Line): string {
  const name = label === undefined ? "" : `**${escaped(label.trim())}** `;
  return `- ${name}${escaped(text)}\n`;
}

function table(columns: readonly TextColumn[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const rows = Math.max(...columns.map(({ cells }) => cells.length));
  const cell = (column: TextColumn, n: number) => {
    const text = column.cells[n] ?? "";
    return column.isName === true ? code(text) : escaped(text);
  };
  return [
    row(columns.map(({ header }) => escaped(header))),
    row(columns.map(({ align }) => (align === "right" ? "--:" : "---"))),
    ...Array.from({ length: rows }, (_, n) => row(columns.map((column) => cell(column, n)))),
  ].join("");
}

/**
 * Text as it is. A backslash is before all that means something, but where a link would begin by itself; there, and
 * before a mention that would call somebody, is a space without width.
 */
function escaped(text: string): string {
  return text
    .replaceAll("\u00a0", " ")
    .replaceAll(/[\\`*_[\]<>|#~&$]/g, "\\$&")
    .replace(/^[-+](?=\s)|(?<=^\d+)[.)](?=\s)/, "\\$&")
    .replaceAll(/(?<!\w)@(?=\w)/g, "@&#8203;")
    .replaceAll(/:\/\/|(?<=\bwww)\./gi, "&#8203;$&");
}

/** A name as code, where nothing has a meaning but backquotes and, in a table, the bar. */
function code(text: string): string {
  if (text === "" || text === "-") return text;
  // Whether a backslash before a bar is one of its own is read in different ways.
  if (/\\.*\||\n/.test(text)) return escaped(text);
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const space = /^`|`$/.test(text) ? " " : "";
  return fence + space + text.replaceAll("|", "\\|") + space + fence;
}
