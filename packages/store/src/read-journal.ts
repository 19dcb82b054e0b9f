import { BadRecordError, ExitCode, MxError, parseRecord, readLines } from "@mx/cli";
import { knownTypes } from "@mx/cli/known-types";
import type { AnyRecord, RecordName } from "@mx/records";
import { open } from "node:fs/promises";
import { errorCode } from "./error-code.ts";

/**
 * The records of an NDJSON file of the store, in its order; none where there is no file. Needs no lock: a last
 * line that is not whole is being written, or was cut off by a kill, and is left out. Any other line that is no
 * record, or is not what its type says for the types in `check`, throws MxError 65 with file and line. Lines
 * without the text `containing` are passed over unread, which is many times faster.
 */
export async function* readJournal(
  path: string,
  check: readonly RecordName[] = [],
  containing = "",
): AsyncGenerator<AnyRecord> {
  const file = await open(path).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  });
  if (file === null) return;
  const known = knownTypes(check);
  // The stream closes the file, also where the reader goes away early.
  for await (const lines of readLines(file.createReadStream())) {
    for (const { bytes, number, ...ends } of lines) {
      if (!bytes.includes(containing)) continue;
      let record: AnyRecord;
      try {
        record = parseRecord(bytes, { source: path, line: number, known, ...ends });
      } catch (error) {
        if (!ends.terminated) return;
        throw damaged(error);
      }
      yield record;
    }
  }
}

function damaged(error: unknown): unknown {
  if (!(error instanceof BadRecordError)) return error;
  return new MxError(error.message, {
    code: "damaged_file",
    exitCode: ExitCode.badData,
    hint: "mx never writes such a line; take it out, or restore the file",
    cause: error,
  });
}
