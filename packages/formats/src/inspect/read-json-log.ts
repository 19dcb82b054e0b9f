import type { AnyRecord } from "@mx/records";
import { basename } from "node:path";
import type { ReadOptions } from "../format.ts";
import { JsonSlicer } from "../json-slicer.ts";
import { objectOf, textOf, type JsonObject } from "../json-value.ts";
import { fileChunks } from "../open-file.ts";
import { partialJson } from "../partial-json.ts";
import { rejectRow, RowFault } from "../row-fault.ts";
import { inspectRun } from "./inspect-run.ts";
import { inspectTrial } from "./inspect-trial.ts";
import { headerMembers, logHeader, type LogHeader } from "./log-header.ts";
import { readSample } from "./read-sample.ts";
import { sliceDocument } from "../slice-document.ts";
import { sliceValue } from "../slice-value.ts";

/** True where a file begins as an `EvalLog`. */
export function isJsonLog(start: Buffer): boolean {
  const log = objectOf(partialJson(start));
  const spec = objectOf(log?.["eval"]);
  return textOf(log?.["status"]) !== null && textOf(spec?.["task"]) !== null;
}

/** The records of a `.json` log, one `EvalLog` of log/_log.py, one sample at a time. */
export async function* readJsonLog(path: string, options: ReadOptions): AsyncGenerator<AnyRecord> {
  const header = await readHeader(path);
  const run = inspectRun(header, options);
  if (run !== null) yield run;
  try {
    const want = (member: string) => (member === "samples" ? "items" : "skip");
    for await (const slice of sliceDocument(fileChunks(path), want)) {
      if (slice.index === null) continue;
      const where = `${path}: sample ${slice.index + 1} (at byte ${slice.offset})`;
      let trial: AnyRecord;
      try {
        if (slice.problem !== null) throw new RowFault(slice.problem);
        trial = inspectTrial(await readSample([slice.bytes]), header, options);
      } catch (error) {
        rejectRow(error, where, options);
        continue;
      }
      yield trial;
    }
  } catch (error) {
    rejectRow(error, path, options);
  }
}

/** What comes before the samples; where a writer puts `eval` after them, the whole file is looked through for it. */
async function readHeader(path: string): Promise<LogHeader> {
  const members: JsonObject = {};
  let reachedSamples = false;
  const slicer = new JsonSlicer((member) => {
    if (member === "samples") reachedSamples = true;
    return headerMembers.has(member) ? "whole" : "skip";
  });
  try {
    for await (const chunk of fileChunks(path)) {
      for (const slice of slicer.push(chunk)) {
        if (slice.index === null) members[slice.member] = sliceValue(slice);
      }
      if (reachedSamples && "eval" in members) break;
    }
    return logHeader(members, basename(path));
  } catch (error) {
    rejectRow(error, path, {});
    throw error;
  }
}
