import { ExitCode, MxError, recordText } from "@mx/cli";
import type { AnyRecord, Run } from "@mx/records";
import { hexHash, SeenSet } from "@mx/stats";
import { isRunId, RunDirectory, UniqueLog } from "@mx/store";
import { hash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { isType } from "./is-type.ts";

interface StoredRun {
  directory: RunDirectory;
  scores: UniqueLog;
  requests: UniqueLog;
}

/**
 * Puts records where they belong: trials, summaries and findings into the scores.ndjson of their run, calls of models
 * and MCP servers into its requests.ndjson, and run records into run.json where the run was made elsewhere. trials.ndjson is
 * left to the program that runs trials.
 *
 * What is kept in memory of a record is a hash of its line.
 */
export class RecordStore {
  readonly #home: string;
  readonly #runs = new Map<string, StoredRun>();
  // 16 MB, of which a short stream touches little.
  readonly #seen = new SeenSet(1_000_000);
  // What agents write is in the lines; with a salt that they cannot know they cannot choose hashes that meet.
  readonly #salt = randomBytes(16).toString("hex");

  constructor(home: string) {
    this.#home = home;
  }

  /** Keeps a record; resolves when there is room for the next, not when it is on disk. */
  async add(record: AnyRecord): Promise<void> {
    if (isType(record, "trial")) {
      await (await this.#run(record.run_id, record)).scores.add(recordText(record));
    } else if (isType(record, "request") || isType(record, "mcp_call")) {
      if (record.run_id === null) return;
      await (await this.#run(record.run_id, record)).requests.add(recordText(record));
    } else if (isType(record, "summary")) {
      const text = recordText(record);
      for (const runId of new Set(record.run_ids)) {
        await (await this.#run(runId, record)).scores.add(text);
      }
    } else if (isType(record, "finding")) {
      // A finding names no run: it is about all that came before it.
      const text = recordText(record);
      for (const { scores } of this.#runs.values()) await scores.add(text);
    } else if (isType(record, "run")) {
      await this.#addRun(record);
    }
  }

  /** Resolves when everything is on disk; throws what could not be kept. */
  async close(): Promise<void> {
    const logs = [...this.#runs.values()].flatMap(({ scores, requests }) => [scores, requests]);
    const results = await Promise.allSettled(logs.map((log) => log.close()));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  async #run(runId: string, record: AnyRecord): Promise<StoredRun> {
    const known = this.#runs.get(runId);
    if (known) return known;
    if (!isRunId(runId)) {
      throw new MxError(
        `a ${record.type} record has run_id ${JSON.stringify(runId.slice(0, 200))}, which cannot name a folder`,
        {
          code: "bad_run_id",
          exitCode: ExitCode.badData,
          hint:
            "a run id has up to 128 letters, digits, `.`, `_` and `-`, the first a letter or a digit; for " +
            'records of other programs: jq -c \'.run_id |= gsub("[^A-Za-z0-9._-]"; "_")\'',
        },
      );
    }
    const directory = await RunDirectory.ensure(this.#home, runId);
    const { scoresPath, requestsPath, lockPath } = directory;
    const stored = {
      directory,
      scores: new UniqueLog(scoresPath, this.#isNew(scoresPath)),
      // mx-proxy appends to this one while trials run.
      requests: new UniqueLog(requestsPath, this.#isNew(requestsPath), lockPath),
    };
    this.#runs.set(runId, stored);
    return stored;
  }

  #isNew(path: string): (line: string) => boolean {
    const salt = `${this.#salt}\n${path}\n`;
    return (line) => this.#seen.add(hexHash(hash("sha256", salt + line)));
  }

  /** A run that was made here has its manifest; of others the one that ended last counts. */
  async #addRun(run: AnyRecord & Run): Promise<void> {
    const { directory } = await this.#run(run.run_id, run);
    const known = await directory.findManifest();
    const madeHere = existsSync(directory.journalPath);
    if (known !== null && (madeHere || (run.ended_at ?? "") <= (known.ended_at ?? ""))) return;
    await directory.writeManifest(run);
  }
}
