import { ExitCode, MxError, parseRecord, recordText } from "@mx/cli";
import { knownTypes } from "@mx/cli/known-types";
import type { AnyRecord, Artifact, Run, Trial } from "@mx/records";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { saveArtifact } from "./artifact-file.ts";
import { errorCode } from "./error-code.ts";
import { findRun } from "./find-run.ts";
import { Journal } from "./journal.ts";
import { lockHolder, takeLock } from "./lock-file.ts";
import type { LockOwner } from "./lock-owner.ts";
import { readJournal } from "./read-journal.ts";
import { runFolder } from "./run-folder.ts";
import { isRunId } from "./run-id.ts";
import { storageError } from "./storage-error.ts";
import { writeDurably } from "./write-durably.ts";

/**
 * What is kept of one run, in $MX_HOME/runs/<run_id>/. Plain files: anybody may read them at any time, without a
 * lock; who runs trials holds lock().
 */
export class RunDirectory {
  readonly runId: string;
  readonly path: string;

  private constructor(home: string, runId: string) {
    if (!isRunId(runId)) {
      throw new MxError(`${JSON.stringify(runId)} cannot be a run id: it names the run's folder`, {
        code: "bad_run_id",
        exitCode: ExitCode.usage,
        hint: "use up to 128 letters, digits, `.`, `_` and `-`; the first a letter or a digit",
      });
    }
    this.runId = runId;
    this.path = runFolder(home, runId);
  }

  /** The folder of a run, there or not. Throws MxError 2 for an id that cannot be a folder's name. */
  static at(home: string, runId: string): RunDirectory {
    return new RunDirectory(home, runId);
  }

  /** Makes the folder of a new run; MxError 2 where there is one already. */
  static async create(home: string, runId: string): Promise<RunDirectory> {
    const directory = new RunDirectory(home, runId);
    await makeFolder(join(home, "runs"));
    try {
      await mkdir(directory.path);
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw storageError(directory.path, error);
      throw new MxError(`there is a run ${runId} already, in ${directory.path}`, {
        code: "run_exists",
        exitCode: ExitCode.usage,
        hint: `go on with it by --resume ${runId}, or choose another id`,
        cause: error,
      });
    }
    return directory;
  }

  /** The folder of a run that may or may not be there, made where it is not. */
  static async ensure(home: string, runId: string): Promise<RunDirectory> {
    const directory = new RunDirectory(home, runId);
    await makeFolder(directory.path);
    return directory;
  }

  /** The run of this id, of the one id that begins so, or the newest for `last`; MxError 2 where there is none. */
  static async open(home: string, name: string): Promise<RunDirectory> {
    return new RunDirectory(home, await findRun(home, name));
  }

  /** trials.ndjson: every attempt, by the program that made it. */
  get journalPath(): string {
    return join(this.path, "trials.ndjson");
  }

  /** scores.ndjson: scored trials and summaries. */
  get scoresPath(): string {
    return join(this.path, "scores.ndjson");
  }

  /** requests.ndjson: calls of models and of MCP servers outside sandboxes. */
  get requestsPath(): string {
    return join(this.path, "requests.ndjson");
  }

  /** The lock file of who runs trials. */
  get lockPath(): string {
    return join(this.path, "lock");
  }

  /** run.json, or null where there is none; MxError 65 where it is damaged. */
  async findManifest(): Promise<(AnyRecord & Run) | null> {
    const path = join(this.path, "run.json");
    const text = await readFile(path, "utf8").catch((error: unknown) => {
      if (errorCode(error) === "ENOENT") return null;
      throw error;
    });
    if (text === null) return null;
    // Somebody may have laid it out over several lines; JSON has line breaks between its tokens only.
    const line = text.trim().replaceAll(/\s*[\r\n]\s*/g, " ");
    const record = parseRecord(line, { source: path, line: 1, known: knownTypes(["run"]) });
    if (isRun(record)) return record;
    throw new MxError(`${path} is not a run record`, {
      code: "bad_manifest",
      exitCode: ExitCode.badData,
      hint: "put the first `run` record that mx-sandbox wrote in its place",
    });
  }

  /** run.json; MxError 65 where it is damaged or there is none. */
  async readManifest(): Promise<AnyRecord & Run> {
    const run = await this.findManifest();
    if (run !== null) return run;
    throw new MxError(`${this.path} has no run.json`, {
      code: "no_manifest",
      exitCode: ExitCode.badData,
      hint: "the run was killed before its first trial, or its trials were added without their `run` record",
    });
  }

  /** Replaces run.json; it is on disk, whole, when this resolves. */
  async writeManifest(run: Run): Promise<void> {
    const text = `${recordText(run)}\n`;
    await writeDurably(join(this.path, "run.json"), (file) => file.writeFile(text));
  }

  /** Makes this process the only one that runs trials of this run; MxError 2 `run_locked` where another does. */
  lock(): Promise<AsyncDisposable> {
    return takeLock(this.lockPath);
  }

  /** Who runs trials of this run now; "gone" where a process died while it did; null: nobody. */
  holder(): Promise<LockOwner | "gone" | null> {
    return lockHolder(this.lockPath);
  }

  /** Opens the journal for appending, repaired. For the holder of the lock. */
  journal(): Promise<Journal> {
    return Journal.open(this.journalPath);
  }

  /** The attempts in the journal, in the order in which they ended. Other records in it are passed over. */
  async *trials(): AsyncGenerator<AnyRecord & Trial> {
    for await (const record of readJournal(this.journalPath, ["trial"])) {
      if (isTrial(record)) yield record;
    }
  }

  /** Keeps a file of one attempt; it is on disk when this resolves, so that a record may point to it. */
  saveArtifact(
    key: string,
    attempt: number,
    name: string,
    data: Buffer | AsyncIterable<Buffer>,
  ): Promise<Artifact> {
    return saveArtifact(this.path, key, attempt, name, data);
  }
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw storageError(path, error);
  });
}

// The two are for records that were checked against their schema when they were parsed.
function isRun(record: AnyRecord): record is AnyRecord & Run {
  return record.type === "run";
}

function isTrial(record: AnyRecord): record is AnyRecord & Trial {
  return record.type === "trial";
}
