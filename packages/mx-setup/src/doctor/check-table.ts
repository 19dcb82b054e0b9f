import { oneLine, table } from "@mx/cli";
import type { AnyRecord, DoctorCheck } from "@mx/records";

const widest = 100;

/** What a terminal shows in place of records. */
export async function* showChecks(records: AsyncIterable<AnyRecord>): AsyncGenerator<string> {
  const rows: string[][] = [];
  for await (const record of records) if (isCheck(record)) rows.push(rowOf(record));
  yield await table(["phase", "", "what", "seen, and what to do"], rows);
}

function rowOf({ phase, name, ok, not_run: notRun, detail, fix }: DoctorCheck): string[] {
  const state = ok ? "ok" : notRun ? "not run" : "FAILED";
  const seen = oneLine(detail, widest);
  return [phase, state, name, fix === undefined ? seen : `${seen}\n→ ${oneLine(fix, 2 * widest)}`];
}

function isCheck(record: AnyRecord): record is AnyRecord & DoctorCheck {
  return record.type === "check";
}
