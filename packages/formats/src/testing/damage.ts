import * as fc from "fast-check";
import { parseJson } from "../parse-json.ts";

/** A way to spoil the bytes of a file. */
export type Damage = (bytes: Buffer) => Buffer;

const at = (position: number, length: number) => Math.floor(position * length);
const position = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const cut: fc.Arbitrary<Damage> = position.map(
  (where) => (bytes) => bytes.subarray(0, at(where, bytes.length)),
);

const flips: fc.Arbitrary<Damage> = fc
  .array(fc.tuple(position, fc.nat(7)), { minLength: 1, maxLength: 8 })
  .map((spots) => (bytes) => {
    const spoiled = Buffer.from(bytes);
    for (const [where, bit] of spots) spoiled[at(where, bytes.length)]! ^= 1 << bit;
    return spoiled;
  });

const splice: fc.Arbitrary<Damage> = fc
  .tuple(position, fc.nat(40), fc.constantFrom("", "NaN", "[", "}", '"', "\n", "[".repeat(2000)))
  .map(([where, removed, text]) => (bytes) => {
    const start = at(where, bytes.length);
    return Buffer.concat([
      bytes.subarray(0, start),
      Buffer.from(text),
      bytes.subarray(start + removed),
    ]);
  });

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, -1, 1.5, 1e300, 2 ** 60, "", "x", [], {}, [null], { a: [] }, true),
);

/** Puts a value of another kind in the place of one that a text holds: a member, an item, at any depth. */
const wrongType: fc.Arbitrary<Damage> = fc
  .array(fc.tuple(position, odd), { minLength: 1, maxLength: 3 })
  .map((changes) => (bytes) => {
    // Of lines, one is spoiled.
    const text = bytes.toString();
    const isLines = text
      .trimEnd()
      .split("\n")
      .every((line) => isJson(line));
    const parts = isLines ? text.trimEnd().split("\n") : [text];
    // What is no JSON (an archive, a plain text) has no types to get wrong.
    if (!parts.every((part) => isJson(part))) return bytes.subarray(1);
    const chosen = at(changes[0]![0], parts.length);
    const spoiled = parts.map((part, index) => {
      if (index !== chosen) return part;
      const root = { root: parseJson(part) };
      for (const [where, value] of changes) {
        const places = [...placesOf(root)];
        const [parent, name] = places[at(where, places.length)]!;
        parent[name] = structuredClone(value);
      }
      return JSON.stringify(root.root);
    });
    return Buffer.from(`${spoiled.join("\n")}\n`);
  });

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

function* placesOf(value: unknown): Generator<[Record<string, unknown>, string]> {
  if (typeof value !== "object" || value === null) return;
  const parent = value as Record<string, unknown>;
  for (const name of Object.keys(parent)) {
    yield [parent, name];
    yield* placesOf(parent[name]);
  }
}

/** Everything that may happen to a file, as an arbitrary of fast-check. */
export const damages: fc.Arbitrary<Damage> = fc.oneof(cut, flips, splice, wrongType);
