import { constants } from "node:buffer";
import { deepest } from "./nesting.ts";
import { RowFault } from "./row-fault.ts";
import { ValueScanner } from "./value-scanner.ts";

/** What to do with a member of the document: give its items one by one, give it whole, or pass over it. */
export type Want = "items" | "whole" | "skip";

/** One value that was cut out of a document. */
export interface JsonSlice {
  /** Name of the top-level member; "" for the items of a document that is a list. */
  member: string;
  /** Position in its list, from 0; null for a whole member. */
  index: number | null;
  /** Its text. Whether that is JSON is for the parser to say. */
  bytes: Buffer;
  /** Where it begins in the file, in bytes from 0. */
  offset: number;
  /** Why it is not to be parsed; null: nothing is wrong so far. */
  problem: string | null;
}

/** A value of which some has come. */
interface Open {
  scanner: ValueScanner;
  offset: number;
  role: "name" | "member" | "item";
  /** Null for one that nobody wants. */
  parts: Buffer[] | null;
  size: number;
}

const [quote, comma, colon] = [0x22, 0x2c, 0x3a];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Cuts a JSON document that comes in chunks into the items of its lists, without parsing it. Memory is that of one
 * item, however long the lists are. JSON.parse reads each item at full speed afterwards, and a damaged item between
 * whole ones costs only itself.
 */
export class JsonSlicer {
  readonly #want: (member: string) => Want;
  #state: "before" | "members" | "colon" | "member" | "list" | "after" = "before";
  #open: Open | null = null;
  #isList = false;
  #member = "";
  #index = 0;
  #offset = 0;

  constructor(want: (member: string) => Want) {
    this.#want = want;
  }

  /** The values that `chunk` completes, as they are found. Throws RowFault where no value can stand. */
  *push(chunk: Buffer): Generator<JsonSlice> {
    // A byte order mark is no part of the document.
    let at = this.#offset === 0 && chunk[0] === 0xef ? 3 : 0;
    while (at < chunk.length) {
      if (this.#open !== null) {
        const end = this.#open.scanner.scan(chunk, at);
        const until = end < 0 ? chunk.length : end;
        this.#take(this.#open, chunk.subarray(at, until));
        at = until;
        if (end < 0) break;
        const slice = this.#finish(this.#open);
        if (slice !== null) yield slice;
        continue;
      }
      const byte = chunk[at]!;
      if (byte <= 0x20 || byte === comma || this.#isConsumed(byte, at)) at += 1;
    }
    this.#offset += chunk.length;
  }

  /** Throws RowFault where the document is not whole. */
  end(): void {
    if (this.#state === "before") throw new RowFault("empty");
    if (this.#state !== "after") throw new RowFault("cut off: the document does not end");
  }

  /** Acts on a byte between values. False where a value begins with it. */
  #isConsumed(byte: number, at: number): boolean {
    const state = this.#state;
    if (state === "before" && (byte === openList || byte === openObject)) {
      this.#isList = byte === openList;
      this.#state = this.#isList ? "list" : "members";
    } else if (state === "list" && byte === closeList) {
      this.#state = this.#isList ? "after" : "members";
    } else if (state === "members" && byte === closeObject) this.#state = "after";
    else if (state === "colon" && byte === colon) this.#state = "member";
    else if (state === "members" && byte === quote) return this.#begin(byte, at, "name", true);
    else if (state === "member" && byte !== closeObject && byte !== closeList) {
      const want = this.#want(this.#member);
      if (want !== "items" || byte !== openList)
        return this.#begin(byte, at, "member", want !== "skip");
      this.#state = "list";
      this.#index = 0;
    } else if (state === "list" && byte !== closeObject && byte !== colon) {
      return this.#begin(byte, at, "item", true);
    } else {
      const what = state === "after" ? "text after the end of the document" : "not JSON";
      throw new RowFault(`${what}, at byte ${this.#offset + at}`);
    }
    return true;
  }

  #begin(first: number, at: number, role: Open["role"], wanted: boolean): false {
    const scanner = new ValueScanner(first);
    this.#open = { scanner, role, offset: this.#offset + at, parts: wanted ? [] : null, size: 0 };
    return false;
  }

  #take(open: Open, part: Buffer): void {
    open.size += part.length;
    if (open.parts === null) return;
    // What no string can hold is not kept either.
    if (open.size > constants.MAX_STRING_LENGTH) open.parts.length = 0;
    else open.parts.push(part);
  }

  #finish({ scanner, role, offset, parts, size }: Open): JsonSlice | null {
    this.#open = null;
    const bytes = parts?.length === 1 ? parts[0]! : Buffer.concat(parts ?? []);
    if (role === "name") {
      this.#member = nameOf(bytes);
      this.#state = "colon";
      return null;
    }
    const index = role === "item" ? this.#index : null;
    if (role === "item") this.#index += 1;
    else this.#state = "members";
    if (parts === null) return null;
    const tooLong = size > constants.MAX_STRING_LENGTH ? "longer than 512 MiB" : null;
    const problem = scanner.deepest > deepest ? "nested too deeply" : tooLong;
    return { member: this.#isList ? "" : this.#member, index, bytes, offset, problem };
  }
}

function nameOf(bytes: Buffer): string {
  try {
    return String(JSON.parse(bytes.toString()));
  } catch {
    throw new RowFault("not JSON: the name of a member");
  }
}
