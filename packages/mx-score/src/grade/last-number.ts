import { NumberReader, type NumberFound, type NumberReading } from "./number-reader.ts";
import { plainNumberText } from "./plain-number-text.ts";

/** A number and how it is spelled. */
export interface NumberShown {
  text: string;
  readings: NumberReading[];
}

/**
 * The last number in a text; null where there is none. Lines are read from the last to the first, so that a long
 * answer costs no more than its last lines; no number goes over a line's end.
 */
export function lastNumber(text: string): NumberShown | null {
  for (let end = text.length; end >= 0;) {
    const newline = end === 0 ? -1 : text.lastIndexOf("\n", end - 1);
    const line = text.slice(newline + 1, end);
    end = newline;
    if (!/\p{Nd}|\p{No}/u.test(line)) continue;
    const plain = plainNumberText(line);
    let last: NumberFound | null = null;
    for (const found of new NumberReader(plain).read()) last = found;
    if (last !== null) return { text: plain.slice(last.start, last.end), readings: last.readings };
  }
  return null;
}

/** The number that a text is, with nothing but white space and a currency around it; null where it is none. */
export function wholeNumber(text: string): NumberShown | null {
  const plain = plainNumberText(text.trim())
    .replace(/^([-+]?)[$€£¥₹] ?/u, "$1")
    .trim();
  if (plain.length > 200) return null;
  for (const { start, end, readings } of new NumberReader(plain).read()) {
    return start === 0 && end === plain.length ? { text: plain, readings } : null;
  }
  return null;
}
