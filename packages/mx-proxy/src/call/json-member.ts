/** Where the value of a member lies: offsets of its first byte and of the byte after its last. */
export interface Span {
  start: number;
  end: number;
}

const quote = 0x22;
const backslash = 0x5c;

/**
 * Finds the value of the last member called `name` of a JSON object in bytes that are known to parse. Members
 * of inner objects do not count; a name may be spelled with escapes. Null: no such member.
 */
export function jsonMember(json: Buffer, name: string): Span | null {
  let found: Span | null = null;
  eachMember(json, (key, start, end) => {
    if (key === name) found = { start, end };
  });
  return found;
}

/**
 * How many members of a JSON object are called `name`, in whatever case: of those that are, some programs take the
 * first and others the last, and some see no difference between a capital and a small letter.
 */
export function countMembers(json: Buffer, name: string): number {
  let count = 0;
  eachMember(json, (key) => {
    if (key.toLowerCase() === name) count += 1;
  });
  return count;
}

function eachMember(json: Buffer, hear: (name: string, start: number, end: number) => void): void {
  let at = skipSpace(json, 0) + 1;
  for (;;) {
    at = skipSpace(json, at);
    if (json[at] !== quote) return;
    const nameEnd = stringEnd(json, at);
    const key = JSON.parse(json.toString("utf8", at, nameEnd)) as string;
    const start = skipSpace(json, skipSpace(json, nameEnd) + 1);
    const end = valueEnd(json, start);
    hear(key, start, end);
    at = skipSpace(json, end);
    if (json[at] !== 0x2c) return;
    at += 1;
  }
}

function skipSpace(json: Buffer, at: number): number {
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at += 1;
  return at;
}

/** The offset after a string that starts at `at`. */
function stringEnd(json: Buffer, at: number): number {
  for (;;) {
    at = json.indexOf(quote, at + 1);
    let slashes = 0;
    while (json[at - 1 - slashes] === backslash) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
}

/** The offset after a value that starts at `at`. */
function valueEnd(json: Buffer, at: number): number {
  let depth = 0;
  for (;;) {
    const byte = json[at];
    if (byte === undefined) return at;
    if (byte === quote) {
      at = stringEnd(json, at);
      if (depth === 0) return at;
      continue;
    }
    if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (byte === 0x2c || byte <= 0x20)) return at;
    at += 1;
  }
}
