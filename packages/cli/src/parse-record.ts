import type { AnyRecord } from "@mx/records";
import { isUtf8 } from "node:buffer";
import type * as z from "zod";
import { BadRecordError } from "./bad-record-error.ts";
import { rememberLine } from "./source-line.ts";
import { SchemaNeeded, type KnownTypes, type TypeCheck } from "./type-check.ts";

/** Where a line stands, and what is known of the records in it. */
export interface LinePlace {
  /** Name of the stream in errors: `stdin`, or a file's path. */
  source: string;
  /** Line number, from 1. */
  line: number;
  /** False for a last line that has no newline: it may have been cut off. */
  terminated?: boolean;
  /** True for a line of which only the beginning is there, because no string can hold it. */
  tooLong?: boolean;
  /** Record types to check; others only have to be objects. */
  known?: KnownTypes | undefined;
  /** True: the record is not written again, and need not remember its line, which takes time. */
  forget?: boolean | undefined;
}

/**
 * The record on a line. Throws BadRecordError, which names the source and the line's number, and SchemaNeeded where
 * the schemas of `known` have to be loaded first.
 */
export function parseRecord(line: Buffer | string, place: LinePlace): AnyRecord {
  if (typeof line !== "string" && !isUtf8(line)) throw badLine(line, place, notUtf8(line));
  if (place.tooLong === true)
    throw badLine(line, { ...place, terminated: true }, "longer than 512 MiB");
  const text = line.toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badLine(line, place, "not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badLine(line, { ...place, terminated: true }, "not a JSON object");
  }
  const record = value as AnyRecord;
  const known = typeof record.type === "string" ? place.known?.get(record.type) : undefined;
  if (known !== undefined && !isQuicklyAccepted(known, record)) {
    if (known.schema === undefined) throw new SchemaNeeded();
    check(known.schema, record, place);
  }
  return place.forget === true ? record : rememberLine(record, text, known?.name);
}

function isQuicklyAccepted({ quick }: TypeCheck, record: AnyRecord): boolean {
  try {
    return quick?.(record) === true;
  } catch (error) {
    // A line may be nested deeper than the stack can follow.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function notUtf8(line: Buffer): string {
  const utf16 = (line[0] === 0xff && line[1] === 0xfe) || (line[0] === 0xfe && line[1] === 0xff);
  return utf16 ? "UTF-16, which has to be turned into UTF-8" : "not UTF-8";
}

function badLine(
  line: Buffer | string,
  { source, line: number, terminated }: LinePlace,
  why: string,
) {
  // The line may hold anything: nothing of it may reach the terminal as a control character.
  const start = line
    .slice(0, 240)
    .toString()
    // oxlint-disable-next-line no-control-regex -- these are what must not come through
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, "\u{fffd}");
  const excerpt = start.length <= 60 ? start : `${start.slice(0, 59)}…`;
  const cut = terminated === false ? "cut off, the last line has no newline and is " : "";
  return new BadRecordError(`${source}:${number}`, `${cut}${why}: ${excerpt}`);
}

let checks = 0;
/** zod compiles a schema when it first checks with it, which takes longer than a few checks without. */
const checksBeforeCompiling = 50;

function check(schema: z.ZodType, record: AnyRecord, { source, line }: LinePlace): void {
  const where = `${source}:${line}`;
  let issues: z.core.$ZodIssue[] | undefined;
  try {
    checks += 1;
    issues = schema.safeParse(record, { jitless: checks <= checksBeforeCompiling }).error?.issues;
  } catch (error) {
    // A line may be nested deeper than the schemas can follow.
    if (!(error instanceof RangeError)) throw error;
    throw new BadRecordError(where, "nested too deeply");
  }
  if (issues === undefined) return;
  const found = issues.slice(0, 3).map((issue) => {
    const path = issue.path.map(String).join(".");
    return path === "" ? issue.message : `${path}: ${issue.message}`;
  });
  throw new BadRecordError(where, `not a valid ${record.type} record: ${found.join("; ")}`);
}
