import type { AnyRecord } from "@mx/records";
import { basename } from "node:path";
import type { ReadOptions } from "../format.ts";
import { rejectRow, RowFault } from "../row-fault.ts";
import { journalSummaries, sampleMembers, type SampleMember } from "./eval-members.ts";
import { inspectRun } from "./inspect-run.ts";
import { inspectTrial } from "./inspect-trial.ts";
import { headerMembers, logHeader, type LogHeader } from "./log-header.ts";
import { readChunkedSample } from "./read-chunked-sample.ts";
import { readSample } from "./read-sample.ts";
import { sampleOfSummary } from "./sample-summary.ts";
import type { Sample } from "./sample.ts";
import { readItems, readObject } from "../slice-document.ts";
import { ZipArchive } from "./zip-archive.ts";

const headers = ["header.json", "_journal/start.json"];

/** True where a zip is a log. */
export async function isEval(path: string): Promise<boolean> {
  try {
    const archive = await ZipArchive.open(path);
    archive.close();
    return headers.some((name) => archive.has(name));
  } catch (error) {
    if (error instanceof RowFault) return false;
    throw error;
  }
}

/** The records of an `.eval` archive: log/_recorders/eval.py. */
export async function* readEval(path: string, options: ReadOptions): AsyncGenerator<AnyRecord> {
  const archive = await open(path);
  try {
    const header = await readHeader(archive, path);
    const run = inspectRun(header, options);
    if (run !== null) yield run;
    for (const member of sampleMembers(archive.names())) {
      const read = async () => inspectTrial(await sampleOf(archive, member), header, options);
      yield* orRejected(`${path}: ${member.prefix}`, options, read);
    }
    yield* summaryTrials(archive, header, path, options);
  } finally {
    archive.close();
  }
}

async function open(path: string): Promise<ZipArchive> {
  try {
    return await ZipArchive.open(path);
  } catch (error) {
    rejectRow(error, path, {});
    throw error;
  }
}

/** A log that was started and not ended has only the beginning of its header, in the journal. */
async function readHeader(archive: ZipArchive, path: string): Promise<LogHeader> {
  let failure: unknown = new RowFault("a zip file without header.json and _journal/start.json");
  for (const name of headers) {
    if (!archive.has(name)) continue;
    try {
      const members = await readObject(archive.read(name), (member) => headerMembers.has(member));
      return logHeader(members, basename(path));
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      failure = new RowFault(`${name}: ${error.message}`);
    }
  }
  rejectRow(failure, path, {});
  throw failure;
}

async function sampleOf(archive: ZipArchive, { prefix, chunks }: SampleMember): Promise<Sample> {
  if (chunks !== null) return readChunkedSample(archive, prefix, chunks);
  return readSample(archive.read(`${prefix}.json`));
}

/** Trials of samples that were not logged (`log_samples` off) and have a summary only. */
async function* summaryTrials(
  archive: ZipArchive,
  header: LogHeader,
  path: string,
  options: ReadOptions,
): AsyncGenerator<AnyRecord> {
  const names = archive.has("summaries.json")
    ? ["summaries.json"]
    : journalSummaries(archive.names());
  for (const name of names) {
    try {
      for await (const value of readItems(archive.read(name))) {
        const { fields, ...summary } = sampleOfSummary(value);
        const prefix = `samples/${String(fields["id"])}_epoch_${String(fields["epoch"])}`;
        if (archive.has(`${prefix}.json`) || archive.has(`${prefix}/sample.json`)) continue;
        yield inspectTrial({ fields, ...summary }, header, options);
      }
    } catch (error) {
      rejectRow(error, `${path}: ${name}`, options);
    }
  }
}

/** What `read` gives; nothing where it is rejected. */
async function* orRejected(
  where: string,
  options: ReadOptions,
  read: () => Promise<AnyRecord>,
): AsyncGenerator<AnyRecord> {
  let record: AnyRecord;
  try {
    record = await read();
  } catch (error) {
    rejectRow(error, where, options);
    return;
  }
  yield record;
}
