import { canonicalJson, sha256 } from "@mx/records";
import { isUtf8 } from "node:buffer";

const numberMark = "\u0000";
const numbers = /-?\d[\d.eE+-]*/g;

/**
 * A body as a value that can be compared: numbers are the text that they were written as, with all of their
 * digits. Undefined: it is not JSON.
 */
export function comparable(body: Buffer): unknown {
  if (!isUtf8(body)) return undefined;
  const text = body.toString();
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return JSON.parse(withMarkedNumbers(text));
}

/** A part of such a value as JSON again. */
export function shown(value: unknown): string {
  return canonicalJson(value).replaceAll(/"\\u0000([^"]*)"/g, "$1");
}

/**
 * What is asked, as a digest that does not depend on the order of members and on white space. Everything else
 * counts, also how a number is spelt.
 */
export function canonicalDigest(method: string, path: string, body: Buffer | null): string {
  const text = body === null ? "" : (canonicalText(body) ?? `bytes ${body.toString("base64")}`);
  return sha256(`${method} ${path}\n${text}`);
}

/** Null: the body is not JSON, or nested more deeply than the stack can follow. */
function canonicalText(body: Buffer): string | null {
  try {
    const value = comparable(body);
    return value === undefined ? null : canonicalJson(value);
  } catch {
    return null;
  }
}

/** The same JSON with each number as a string that begins with the mark. */
function withMarkedNumbers(text: string): string {
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    const quote = text.indexOf('"', at);
    const start = quote === -1 ? text.length : quote;
    const plain = text.slice(at, start);
    at = start === text.length ? start : stringEnd(text, start);
    parts.push(
      plain.replaceAll(numbers, (number) => JSON.stringify(numberMark + number)),
      text.slice(start, at),
    );
  }
  return parts.join("");
}

/** Where the string ends that begins here. */
function stringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    if (end === -1) return text.length;
    let before = end - 1;
    while (text[before] === "\\") before -= 1;
    if ((end - before) % 2 === 1) return end + 1;
  }
}
