import { parseDecimal, type Rational } from "./rational.ts";

const grouped = String.raw`\d{1,3}(?:,\d{3})+(?!\d)|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)|\d{1,3}(?:['’_\u2009]\d{3})+(?!\d)`;
/** 1.234,56: where both marks are there, neither can be taken for the other. */
const european = String.raw`\d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d)`;
const spaced = String.raw`\d{1,3}(?: \d{3})+(?!\d)`;
const exponent = String.raw`(?:[eE][-+]?\d+(?![\p{L}\p{N}]))?`;

/**
 * Source of a regular expression for an unsigned decimal: `1234.5`, `1,234.5`, `12,34,567`, `1'234`, `1 234`, `1.234,5`,
 * `.5`, `1.5e-3`. A comma makes groups where three digits follow; a decimal comma is not known.
 */
export const decimalSource = `(?:${european}|(?:${grouped}|${spaced}|\\d+)(?:\\.\\d+)?${exponent}|\\.\\d+${exponent})`;

const isEuropean = new RegExp(`^${european}$`, "u");
const isSpaced = new RegExp(`^${spaced}(?:\\.\\d+)?`, "u");

/** Every way to read a decimal, the most likely first: 10 000 may be two numbers. */
export function readDecimal(text: string): Rational[] {
  const plain = isEuropean.test(text)
    ? text.replaceAll(".", "").replace(",", ".")
    : text.replaceAll(/[,'’_\u2009 ]/gu, "");
  const readings = [plain];
  if (isSpaced.test(text)) readings.push(text.slice(text.lastIndexOf(" ") + 1));
  return readings.map((reading) => parseDecimal(reading)).filter((value) => value !== null);
}
