import { readLines } from "@mx/cli";
import type { ReadOptions } from "./format.ts";
import { JsonSlicer, type JsonSlice, type Want } from "./json-slicer.ts";
import { objectOf, type JsonObject } from "./json-value.ts";
import { deepest, isDeeperThan } from "./nesting.ts";
import { fileChunks, fileStart } from "./open-file.ts";
import { rejectRow, RowFault } from "./row-fault.ts";
import { parseBytes, sliceValue } from "./slice-value.ts";

/** One row of somebody's results, and its place in errors. */
export interface Row {
  value: JsonObject;
  where: string;
}

/**
 * The rows of a file: the items of a list, or the lines of NDJSON, whichever it is. With `member`, the items of that
 * list in the object that the file is. Holds one row at a time. A row that is no JSON object is left out or thrown,
 * see rejectRow.
 */
export async function* readRows(
  path: string,
  options: ReadOptions,
  member?: string,
): AsyncGenerator<Row> {
  const isDocument = member !== undefined || (await isList(path));
  const rows = isDocument ? documentRows(path, options, member ?? "") : lineRows(path, options);
  yield* rows;
}

/** What `convert` makes of each row. What it throws as RowFault is wrong with the row. */
export async function* convertRows<T>(
  rows: AsyncIterable<Row>,
  options: ReadOptions,
  convert: (row: JsonObject) => T,
): AsyncGenerator<T> {
  for await (const { value, where } of rows) {
    let converted: T;
    try {
      converted = convert(value);
    } catch (error) {
      rejectRow(error, where, options);
      continue;
    }
    yield converted;
  }
}

/** A value of a document's top level, or an item of a list there. */
export interface DocumentValue {
  member: string;
  /** Position in its list, from 0; null for a whole member. */
  index: number | null;
  value: unknown;
}

/**
 * What is wanted of the JSON object that a file is, one value at a time: what has to be known before its rows can be
 * read. What cannot be read of it is thrown, or left out where bad rows are: the rows that follow report it.
 */
export async function* documentValues(
  path: string,
  want: (member: string) => Want,
  options: ReadOptions,
): AsyncGenerator<DocumentValue> {
  const lenient = options.onBadRecord === undefined ? {} : { onBadRecord: () => {} };
  for await (const slice of documentSlices(path, lenient, want)) {
    const { member, index } = slice;
    let value: unknown;
    try {
      value = sliceValue(slice);
    } catch (error) {
      rejectRow(error, placeOf(slice, path), lenient);
      continue;
    }
    yield { member, index, value };
  }
}

/** The JSON object that a small file is, whole. Throws MxError 65 where it is none. */
export async function readObject(path: string): Promise<JsonObject> {
  const members: JsonObject = {};
  for await (const { member, value } of documentValues(path, () => "whole", {})) {
    if (member === "" && Array.isArray(value)) break;
    members[member] = value;
  }
  return members;
}

async function isList(path: string): Promise<boolean> {
  const start = (await fileStart(path)) ?? Buffer.alloc(0);
  return /^\u{feff}?\s*\[/u.test(start.toString("utf8", 0, 4096));
}

async function* documentRows(
  path: string,
  options: ReadOptions,
  member: string,
): AsyncGenerator<Row> {
  const want = (name: string): Want => (name === member ? "items" : "skip");
  for await (const slice of documentSlices(path, options, want)) {
    const where = placeOf(slice, path);
    try {
      yield { value: rowObject(sliceValue(slice)), where };
    } catch (error) {
      rejectRow(error, where, options);
    }
  }
}

async function* documentSlices(
  path: string,
  options: ReadOptions,
  want: (member: string) => Want,
): AsyncGenerator<JsonSlice> {
  const slicer = new JsonSlicer(want);
  try {
    for await (const chunk of fileChunks(path)) yield* slicer.push(chunk);
    slicer.end();
  } catch (error) {
    rejectRow(error, path, options);
  }
}

async function* lineRows(path: string, options: ReadOptions): AsyncGenerator<Row> {
  for await (const lines of readLines(fileChunks(path))) {
    for (const { bytes, number, terminated, tooLong } of lines) {
      const where = `${path}:${number}`;
      let value: JsonObject;
      try {
        value = rowObject(parseBytes(bytes, tooLong ? "longer than 512 MiB" : null));
        if (isDeeperThan(value, deepest)) throw new RowFault("nested too deeply");
      } catch (error) {
        const cut = error instanceof RowFault && !terminated;
        rejectRow(cut ? new RowFault(`cut off, or ${error.message}`) : error, where, options);
        continue;
      }
      yield { value, where };
    }
  }
}

function placeOf({ index, offset }: JsonSlice, path: string): string {
  return index === null ? path : `${path}: row ${index + 1} (at byte ${offset})`;
}

function rowObject(value: unknown): JsonObject {
  const object = objectOf(value);
  if (object === null) throw new RowFault("not a JSON object");
  return object;
}
