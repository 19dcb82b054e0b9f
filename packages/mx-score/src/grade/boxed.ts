/** Boxes that are looked at, from the last: a text may open any number of them and close none. */
const most = 100;
const command = /\\f?box(?:ed)?\s{0,5}(?:(\{)|([^\s{}\\$]{1,50}))/y;

/** Where the brace that is opened at `start` is closed; null where it is not. `\{` and `\}` are no braces. */
function closing(text: string, start: number): number | null {
  const brace = /\\[^]|[{}]/g;
  brace.lastIndex = start;
  let depth = 0;
  for (let found = brace.exec(text); found !== null; found = brace.exec(text)) {
    if (found[0] === "{") depth += 1;
    else if (found[0] === "}") depth -= 1;
    if (depth === 0) return found.index;
  }
  return null;
}

/** What is in the box that begins at `start`; null where there is none, or nothing in it. */
function boxAt(text: string, start: number): string | null {
  command.lastIndex = start;
  const [opening = "", brace, bare] = command.exec(text) ?? [];
  if (bare !== undefined) return bare;
  if (brace === undefined) return null;
  const from = start + opening.length;
  const end = closing(text, from - 1);
  const inside = end === null ? "" : text.slice(from, end).trim();
  return inside === "" ? null : inside;
}

/**
 * What is in the last `\boxed{…}` or `\fbox{…}` of a text, braces balanced, or what follows `\boxed 7` without any.
 * Null where there is none: one that is empty, or that the text's end has cut off, is none. Of boxes inside each
 * other it is the inner one.
 */
export function lastBoxed(text: string): string | null {
  let at = text.length;
  for (let looked = 0; looked < most && at > 0; looked += 1) {
    at = Math.max(text.lastIndexOf("\\boxed", at - 1), text.lastIndexOf("\\fbox", at - 1));
    if (at < 0) return null;
    const inside = boxAt(text, at);
    if (inside !== null) return inside;
  }
  return null;
}
