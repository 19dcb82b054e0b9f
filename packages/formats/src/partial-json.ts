import { parseJson } from "./parse-json.ts";

const known = new WeakMap<Buffer, { value: unknown }>();

/**
 * The first JSON value of a file, as far as it stands in the file's beginning: what has not ended there is cut off
 * after its last whole member. Undefined where it begins with no JSON object or list. Formats tell by it what they
 * have before them; what they ask for stands at the beginning of all their files.
 */
export function partialJson(start: Buffer): unknown {
  let found = known.get(start);
  if (found === undefined) {
    found = { value: read(start) };
    known.set(start, found);
  }
  return found.value;
}

function read(start: Buffer): unknown {
  // A byte order mark is no part of the text.
  const text = start.toString("utf8").replace(/^\u{feff}/u, "");
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return parseJson(wholePart(text));
  } catch {
    return undefined;
  }
}

/** The longest beginning of the first value that can be closed, closed. */
function wholePart(text: string): string {
  const closers: string[] = [];
  let safe = { end: 0, closers: "" };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    if (char === '"') {
      at = closingQuote(text, at);
      if (at < 0) break;
    } else if (char === "{" || char === "[") {
      closers.push(char === "{" ? "}" : "]");
      if (closers.length > 256) break;
      safe = { end: at + 1, closers: closers.toReversed().join("") };
    } else if (char === "}" || char === "]") {
      closers.pop();
      safe = { end: at + 1, closers: closers.toReversed().join("") };
      if (closers.length === 0) break;
    } else if (char === ",") {
      safe = { end: at, closers: closers.toReversed().join("") };
    }
  }
  return text.slice(0, safe.end) + safe.closers;
}

/** Index of the quote that ends the string at `from`; -1: it does not end. */
function closingQuote(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at;
  }
  return -1;
}
