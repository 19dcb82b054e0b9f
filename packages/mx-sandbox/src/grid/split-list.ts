/** One value of a list, and whether quotes stood around it: what is quoted is never a range. */
export interface ListItem {
  text: string;
  quoted: boolean;
}

/**
 * The items of `a,"b,c","say ""x"""`, as in CSV (RFC 4180): commas separate, double quotes around an item keep what is
 * in it, two of them in a row are one. Throws an Error that says what is wrong.
 */
export function splitList(text: string): ListItem[] {
  const items: ListItem[] = [];
  for (let at = 0; ;) {
    const item = text[at] === '"' ? quotedItem(text, at) : plainItem(text, at);
    items.push({ text: item.text, quoted: text[at] === '"' });
    if (item.end === text.length) return items;
    if (text[item.end] !== ",") throw new Error(`a comma has to follow the quoted ${item.text}`);
    at = item.end + 1;
  }
}

function plainItem(text: string, from: number): { text: string; end: number } {
  const comma = text.indexOf(",", from);
  const end = comma < 0 ? text.length : comma;
  return { text: text.slice(from, end), end };
}

function quotedItem(text: string, from: number): { text: string; end: number } {
  const [whole, inner] = /^"((?:[^"]|"")*)"/.exec(text.slice(from)) ?? [];
  if (whole === undefined) throw new Error("a quoted value does not end");
  return { text: (inner ?? "").replaceAll('""', '"'), end: from + whole.length };
}

/** A value as splitList reads it back: quoted where it has to be. */
export function quoteItem(text: string): string {
  const isPlain = !/[",\n]/.test(text) && !range.test(text);
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}

/** `1..5`: the whole numbers from the first to the last. */
export const range = /^(\d+)\.\.(\d+)$/;
