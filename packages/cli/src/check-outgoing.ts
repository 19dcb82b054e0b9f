import type { AnyRecord } from "@mx/records";
import { ExitCode, MxError } from "./errors.ts";
import { lineOf } from "./source-line.ts";
import type { KnownTypes } from "./type-check.ts";

/**
 * Throws where a record that is about to be written as `text` is not what its type says: a bug, found before it
 * spreads. A line that passes as it came is not checked again with the schema that has accepted it.
 */
export async function checkOutgoing(
  record: AnyRecord,
  text: string,
  known: KnownTypes,
): Promise<void> {
  if (isChecked(record, text, known)) return;
  await known.loadSchemas();
  const issue = known.get(record.type)?.schema?.safeParse(record).error?.issues[0];
  if (issue === undefined) return;
  const path = issue.path.map(String).join(".");
  throw new MxError(`a ${record.type} record would not be valid: ${path}: ${issue.message}`, {
    code: "not_a_record",
    exitCode: ExitCode.bug,
    hint: "this is a bug in mx, please report it",
  });
}

/** True where nothing more has to be asked: nearly always. */
export function isChecked(record: AnyRecord, text: string, known: KnownTypes): boolean {
  const check = known.get(record.type);
  if (check === undefined || check.quick?.(record) === true) return true;
  const source = lineOf(record);
  return source !== undefined && source.text === text && source.checked === check.name;
}
