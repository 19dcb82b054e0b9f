import { JsonSlicer, type JsonSlice, type Want } from "./json-slicer.ts";
import { objectOf, type JsonObject } from "./json-value.ts";
import { sliceValue } from "./slice-value.ts";

/** Bytes of a document, in chunks. */
export type Chunks = AsyncIterable<Buffer> | Iterable<Buffer>;

/** The parts of a document that are wanted, as they come. Throws RowFault where it is damaged or cut off. */
export async function* sliceDocument(
  chunks: Chunks,
  want: (member: string) => Want,
): AsyncGenerator<JsonSlice> {
  const slicer = new JsonSlicer(want);
  for await (const chunk of chunks) yield* slicer.push(chunk);
  slicer.end();
}

/** The members of an object that comes in chunks; `wanted` says which. Throws RowFault where it is no object. */
export async function readObject(
  chunks: Chunks,
  wanted: (member: string) => boolean = () => true,
): Promise<JsonObject> {
  const members: JsonObject = {};
  for await (const slice of sliceDocument(chunks, (name) => (wanted(name) ? "whole" : "skip"))) {
    // A list has items and no members.
    if (slice.index === null) define(members, slice.member, sliceValue(slice));
  }
  return members;
}

/** The items of a list that comes in chunks. */
export async function* readItems(chunks: Chunks): AsyncGenerator<unknown> {
  for await (const slice of sliceDocument(chunks, () => "skip")) yield sliceValue(slice);
}

/** An object of JSON in the place of one that is not there. */
export function objectOrEmpty(value: unknown): JsonObject {
  return objectOf(value) ?? {};
}

/** Sets a member as JSON.parse does: one of the name `__proto__` too is a member, and no prototype. */
export function define(object: JsonObject, name: string, value: unknown): void {
  Object.defineProperty(object, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
