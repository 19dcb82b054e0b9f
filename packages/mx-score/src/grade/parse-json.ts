import { stringEnd } from "./json-span.ts";
import { isEqual, parseDecimal } from "./rational.ts";

/** What stands for a number that a double cannot hold: no string of a sane document begins so. */
const mark = "\u0000number:";

/** A number as its digits without zeros at the ends, and a power of ten: 10.0e20 is 1e21. */
function plainForm(text: string): string {
  const [, sign = "", whole = "", part = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${part}`.replace(/^0+/, "");
  const kept = trimZeros(digits);
  if (kept === "") return "0";
  // Exponents of more digits would take long to compute with, and mean nothing.
  if (exponent.length > most) return text;
  return `${sign}${kept}e${BigInt(exponent) - BigInt(part.length - digits.length + kept.length)}`;
}

const most = 1000;

function trimZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === "0") end -= 1;
  return digits.slice(0, end);
}

/** The number as JSON: as it is where a double holds it, else as a string. */
function exactly(text: string): string {
  if (text.length <= 15 && !/e/i.test(text)) return text;
  const double = Number(text);
  const asWritten = parseDecimal(text);
  const asRead = Number.isFinite(double) ? parseDecimal(String(double)) : null;
  if (asWritten !== null && asRead !== null && isEqual(asWritten, asRead)) return text;
  return JSON.stringify(`${mark}${plainForm(text)}`);
}

const number = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y;

/** A JSON text in which numbers that a double cannot hold are strings. */
function withMarks(text: string): string {
  const start = /["\d-]/g;
  const parts: string[] = [];
  let copied = 0;
  for (let found = start.exec(text); found !== null; found = start.exec(text)) {
    if (found[0] === '"') {
      start.lastIndex = stringEnd(text, found.index) ?? text.length;
      continue;
    }
    number.lastIndex = found.index;
    const [digits = found[0]] = number.exec(text) ?? [];
    parts.push(text.slice(copied, found.index), exactly(digits));
    copied = found.index + digits.length;
    start.lastIndex = copied;
  }
  parts.push(text.slice(copied));
  return parts.join("");
}

/**
 * The value of a JSON text. Numbers that a double cannot hold, such as ids of 64 bits, become strings that are
 * equal where the numbers are. Throws a SyntaxError where it is not JSON.
 */
export function parseJsonExactly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const needsMarks = /[\d.]{16}|\d[eE]/.test(text);
  return needsMarks ? (JSON.parse(withMarks(text)) as unknown) : value;
}
