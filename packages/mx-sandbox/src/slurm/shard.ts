import { recordText } from "@mx/cli";
import type { AnyRecord, Task } from "@mx/records";
import { RunDirectory } from "@mx/store";
import { replaceFile } from "@mx/store/replace-file";
import { mkdir, readdir, readFile, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { openShared } from "./open-shared.ts";

/** How the process of an element ended, as it says itself; one that was killed says nothing. */
const Ended = z.object({
  /** ARRAY_INDEX, as Slurm names the element. */
  job: z.string(),
  restart: z.number(),
  node: z.string(),
  exit_code: z.number(),
  /** It was told to end before its trials were done. */
  stopped: z.boolean(),
  error: z
    .object({ code: z.string(), message: z.string(), hint: z.string().nullable() })
    .nullable(),
});
export type Ended = z.infer<typeof Ended>;

/** Trials of a shard that are owed: their keys, and how often each was tried already. */
export type Wanted = Map<string, number>;

/**
 * A part of a run that one element of a job array does: a folder below the run's, on the file system that all nodes
 * share. It has the tasks, the keys that are wanted of them, and, below `runs`, the journal of who does them. A trial
 * belongs to one shard for as long as its run lives, whichever jobs do it.
 */
export class Shard {
  readonly number: number;
  readonly folder: string;
  readonly #run: string;

  /** Of the run in this folder. */
  constructor(run: string, number: number) {
    this.number = number;
    this.#run = run;
    this.folder = join(shardsFolder(run), String(number).padStart(5, "0"));
  }

  /** The shards that a run has. */
  static async all(run: string): Promise<Shard[]> {
    const names = await readdir(shardsFolder(run)).catch(() => []);
    const numbers = names.filter((name) => /^\d+$/.test(name)).map(Number);
    return numbers.toSorted((a, b) => a - b).map((number) => new Shard(run, number));
  }

  /** Lays out the folder. What is wanted is written before each submission. */
  async create(runId: string, tasks: Iterable<Task>): Promise<void> {
    const { path } = await RunDirectory.ensure(this.folder, runId);
    // Artifacts belong to the whole run; their paths are in the records.
    await mkdir(join(this.#run, "artifacts"), { recursive: true });
    await symlink("../../../../../artifacts", join(path, "artifacts")).catch(ignoreExisting);
    const lines = [...tasks].map((task) => `${recordText(task as Task & AnyRecord)}\n`);
    await replace(this.#tasksPath, lines.join(""));
  }

  /** Journal and artifacts of this shard, laid out as those of a run. */
  directory(runId: string): RunDirectory {
    return RunDirectory.at(this.folder, runId);
  }

  get lockPath(): string {
    return join(this.folder, "lock");
  }

  get #tasksPath(): string {
    return join(this.folder, "tasks.ndjson");
  }

  get #wantedPath(): string {
    return join(this.folder, "wanted");
  }

  get #endedPath(): string {
    return join(this.folder, "ended.json");
  }

  tasks(): Promise<string> {
    return readFile(this.#tasksPath, "utf8");
  }

  /** What is to be done; empty where that was taken back. */
  async wanted(): Promise<Wanted> {
    const text = await readFile(this.#wantedPath, "utf8").catch(absent);
    const lines = (text ?? "").split("\n").filter((line) => line !== "");
    return new Map(
      lines.map((line) => {
        const [key = "", attempts = "0"] = line.split(" ");
        return [key, Number(attempts)];
      }),
    );
  }

  async want(wanted: Wanted): Promise<void> {
    const lines = [...wanted].map(([key, attempts]) => `${key} ${attempts}\n`);
    await replace(this.#wantedPath, lines.join(""));
  }

  /** Takes back what is wanted: an element that is still to start finds nothing to do. */
  async release(): Promise<void> {
    await rm(this.#wantedPath, { force: true });
  }

  /** What the last process to end said; null: none has said anything. */
  async ended(): Promise<Ended | null> {
    const file = await openShared(this.#endedPath);
    if (file === null) return null;
    await using _file = file;
    return Ended.parse(JSON.parse(await file.readFile("utf8")));
  }

  async end(ended: Ended): Promise<void> {
    await replace(this.#endedPath, `${JSON.stringify(ended)}\n`);
  }
}

function shardsFolder(run: string): string {
  return join(run, "slurm", "shards");
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}

/** Puts a text in place whole and on disk; who reads it sees the old one or the new one. */
async function replace(path: string, text: string): Promise<void> {
  await replaceFile(path, (file) => file.writeFile(text));
}
