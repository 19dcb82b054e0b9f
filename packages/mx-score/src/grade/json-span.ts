/** Where a value begins and ends in a text. */
export interface Span {
  start: number;
  end: number;
}

/** What the grammar allows next. */
type Next = "value" | "value-or-close" | "key" | "key-or-close" | "colon" | "comma-or-close";

const token =
  /[ \t\n\r]*(?:(")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)|([{}[\],:]))/y;
// oxlint-disable-next-line no-control-regex -- these are what a string of JSON cannot hold
const special = /["\\\u0000-\u001f]/g;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * The end of the JSON string whose opening quote is at `start`; null where none ends. A loop, not one regular
 * expression: V8 gives up on one that repeats a group ten million times.
 */
export function stringEnd(text: string, start: number): number | null {
  special.lastIndex = start + 1;
  for (;;) {
    const found = special.exec(text);
    if (found === null) return null;
    if (found[0] === '"') return special.lastIndex;
    escape.lastIndex = found.index;
    if (!escape.test(text)) return null;
    special.lastIndex = escape.lastIndex;
  }
}

/** Where to go on after a mark, or null where it cannot stand here. */
function afterMark(mark: string, next: Next, open: string[]): Next | "value-done" | null {
  if (mark === "{" || mark === "[") {
    if (next !== "value" && next !== "value-or-close") return null;
    open.push(mark);
    return mark === "{" ? "key-or-close" : "value-or-close";
  }
  if (mark === ":") return next === "colon" ? "value" : null;
  if (mark === ",") {
    if (next !== "comma-or-close") return null;
    return open.at(-1) === "{" ? "key" : "value";
  }
  const empty = mark === "}" ? "key-or-close" : "value-or-close";
  const opening = mark === "}" ? "{" : "[";
  if ((next !== "comma-or-close" && next !== empty) || open.at(-1) !== opening) return null;
  open.pop();
  return "value-done";
}

/**
 * The JSON object or array that begins with the bracket at `start`; else where to look on, which is after `start`:
 * where the text ceases to be JSON, or in the string before that, whose quotes may have been of the prose. What
 * begins inside a value that stopped, and is still open there, would stop at the same place, so that no character is
 * read more than a few times.
 */
export function jsonSpan(text: string, start: number): Span | { stop: number } {
  const open: string[] = [];
  let next: Next = "value";
  let lastString = Infinity;
  const stopAt = (at: number) => ({ stop: Math.max(Math.min(at, lastString), start + 1) });
  token.lastIndex = start;
  for (;;) {
    const before = token.lastIndex;
    const match = token.exec(text);
    if (match === null) return stopAt(before);
    const [, quote, scalar, mark = ""] = match;
    const at = token.lastIndex;
    if (quote !== undefined) {
      const end = stringEnd(text, at - 1);
      if (end === null) return stopAt(at);
      lastString = at;
      token.lastIndex = end;
      if (next === "key" || next === "key-or-close") {
        next = "colon";
        continue;
      }
    }
    if (quote !== undefined || scalar !== undefined) {
      if (next !== "value" && next !== "value-or-close") return stopAt(at);
    } else {
      const after = afterMark(mark, next, open);
      // A bracket that cannot stand here may begin a value of its own.
      if (after === null) return stopAt(at - 1);
      if (after !== "value-done") {
        next = after;
        continue;
      }
    }
    if (open.length === 0) return { start, end: token.lastIndex };
    next = "comma-or-close";
  }
}
