import { printable } from "@mx/cli";

/** null and undefined: not known, an empty cell. */
export type CsvCell = string | number | boolean | null | undefined;

/** A row of RFC 4180, with its CR LF. */
export function csvRow(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

/** What a spreadsheet would take for a formula (OWASP: CSV Injection), the wide forms of the signs included. */
const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/**
 * Text that a spreadsheet would calculate gets an apostrophe before it, and control characters are taken out of it;
 * numbers are as they are.
 */
function csvCell(cell: CsvCell): string {
  if (cell == null) return "";
  if (typeof cell !== "string") return String(cell);
  const text = printable(cell.replaceAll("\r\n", "\n"));
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
