const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Finds where a JSON value ends that comes in chunks, by its strings and brackets alone. */
export class ValueScanner {
  readonly #kind: "container" | "string" | "scalar";
  #depth = 0;
  #inString = false;
  /** Backslashes at the end of the last chunk. */
  #slashes = 0;
  #deepest = 0;

  /** `first`: the value's first byte. */
  constructor(first: number) {
    this.#kind =
      first === quote
        ? "string"
        : first === openList || first === openObject
          ? "container"
          : "scalar";
  }

  /** How many lists and objects stood in each other. */
  get deepest(): number {
    return this.#deepest;
  }

  /** Index after the value's end; -1 where it goes on after this chunk. `from`: where it begins or goes on. */
  scan(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length) {
      if (this.#inString) {
        at = this.#skipString(chunk, at);
        if (!this.#inString && this.#kind === "string") return at;
        continue;
      }
      const byte = chunk[at]!;
      if (byte === quote) this.#inString = true;
      else if (this.#kind === "scalar") {
        if (byte <= 0x20 || byte === comma || byte === closeList || byte === closeObject) return at;
      } else if (byte === openList || byte === openObject) {
        this.#depth += 1;
        if (this.#depth > this.#deepest) this.#deepest = this.#depth;
      } else if (byte === closeList || byte === closeObject) {
        this.#depth -= 1;
        if (this.#depth === 0) return at + 1;
      }
      at += 1;
    }
    return -1;
  }

  /** Index after the string's end, or the chunk's length. */
  #skipString(chunk: Buffer, from: number): number {
    const end = chunk.indexOf(quote, from);
    const until = end < 0 ? chunk.length : end;
    let slashes = 0;
    while (until - slashes > from && chunk[until - 1 - slashes] === backslash) slashes += 1;
    if (slashes === until - from) slashes += this.#slashes;
    this.#slashes = end < 0 ? slashes : 0;
    if (end < 0) return until;
    if (slashes % 2 === 0) this.#inString = false;
    return end + 1;
  }
}
