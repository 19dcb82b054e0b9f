import { ExitCode, MxError, parseRecord, readLines } from "@mx/cli";
import { knownTypes } from "@mx/cli/known-types";
import { recordTypes, type AnyRecord, type RecordName } from "@mx/records";
import { join } from "node:path";
import type { Format, ReadOptions } from "../format.ts";
import { objectOf, textOf } from "../json-value.ts";
import { fileChunks, fileStart, findFile } from "../open-file.ts";
import { partialJson } from "../partial-json.ts";
import { readObject } from "../read-rows.ts";
import { rejectRow } from "../row-fault.ts";

/** Types whose fields are checked; other records pass as they are. */
const checked: readonly RecordName[] = ["run", "trial"];

/**
 * mx's own records: NDJSON, a run folder of the store (run.json, trials.ndjson), or `-` for what comes on stdin. They
 * come out as they went in: the bytes of every field are kept, arm and model are their own.
 */
export const mxFormat: Format = {
  name: "mx",
  async detect(path, start) {
    if (path === "-") return true;
    if (start === null) return (await findFile(path, "trials.ndjson")) !== null;
    const found = objectOf(partialJson(start));
    return Object.hasOwn(recordTypes, textOf(found?.["type"]) ?? "") && found?.["version"] === 1;
  },
  async *read(path, options) {
    if (path === "-") return yield* trimmed(stdinRecords(options), options);
    if ((await fileStart(path)) !== null) {
      return yield* trimmed(fileRecords(path, options, false), options);
    }
    const manifest = await findFile(path, "run.json");
    if (manifest !== null) yield await readManifest(manifest);
    yield* trimmed(fileRecords(join(path, "trials.ndjson"), options, true), options);
  },
};

/** `isJournal`: a last line that is not whole is being written, or was cut off by a kill, and is no error. */
async function* fileRecords(
  path: string,
  options: ReadOptions,
  isJournal: boolean,
): AsyncGenerator<AnyRecord> {
  const known = knownTypes(checked);
  for await (const lines of readLines(fileChunks(path))) {
    for (const { bytes, number, ...ends } of lines) {
      let record: AnyRecord;
      try {
        record = parseRecord(bytes, { source: path, line: number, known, ...ends });
      } catch (error) {
        if (!isJournal || ends.terminated) rejectRow(error, `${path}:${number}`, options);
        continue;
      }
      yield record;
    }
  }
}

function stdinRecords({ stdin }: ReadOptions): AsyncIterable<AnyRecord> {
  if (stdin !== undefined) return stdin();
  throw new MxError("- stands for stdin, which is not to be read here", {
    code: "no_stdin",
    exitCode: ExitCode.usage,
    hint: "give the path of a file or folder",
  });
}

/** run.json may be laid out over several lines, by a person or by jq. */
async function readManifest(path: string): Promise<AnyRecord> {
  const text = JSON.stringify(await readObject(path));
  return parseRecord(text, { source: path, line: 1, known: knownTypes(["run"]) });
}

async function* trimmed(
  records: AsyncIterable<AnyRecord>,
  options: ReadOptions,
): AsyncGenerator<AnyRecord> {
  if (options.withoutTrajectories !== true) return yield* records;
  for await (const record of records) {
    if (record.type === "trial" && "trajectory" in record) {
      const { trajectory: _trajectory, ...rest } = record;
      yield rest as AnyRecord;
    } else yield record;
  }
}
