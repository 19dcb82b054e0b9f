import { isOver, type Job, type Slurm } from "@mx/backends/slurm";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { logTail } from "../../servers/log-tail.ts";
import type { ServerEnd } from "../place.ts";
import { endReason } from "./end-reason.ts";
import { readJobFolder, type JobFolder, type JobStatus } from "./job-status.ts";
import { JobWatch } from "./job-watch.ts";
import type { JobHandle } from "./slurm-handle.ts";

/** So long the end of a cancelled job is waited for, in ms: Slurm lets it end in order for KillWait, 30 s as a rule. */
const cancelMs = 90_000;
const lookMs = 300;

export interface ServerJobOptions {
  /** Name of the server. */
  name: string;
  handle: JobHandle;
  slurm: Slurm;
  /** The key of the server, which is masked; null: none. */
  key: string | null;
}

/** A job that serves, as seen from the machine that it was submitted on. */
export class ServerJob {
  readonly #options: ServerJobOptions;
  readonly #watch = new JobWatch(this);
  #id: string | null;
  /** What Slurm last said of it; null: nothing. */
  latest: Job | null = null;
  /** What its script last said; null: nothing. */
  status: JobStatus | null = null;

  constructor(options: ServerJobOptions) {
    this.#options = options;
    this.#id = options.handle.job;
  }

  /** Name of the server. */
  get name(): string {
    return this.#options.name;
  }

  get handle(): JobHandle {
    return { ...this.#options.handle, job: this.#id };
  }

  /** Path of its log. */
  get log(): string {
    return join(this.handle.job_folder, "log");
  }

  /** It is in the queue under this id. */
  submitted(id: string): void {
    this.#id = id;
  }

  /** It has answered, and has to keep its port from now on. */
  serving(): void {
    this.#watch.serving();
  }

  /** Resolves when it has ended by itself; never, once `leave` was called. */
  ended(): Promise<ServerEnd> {
    return this.#watch.ended();
  }

  /** Watches it no longer. */
  leave(): void {
    this.#watch.leave();
  }

  /** What its script says now. */
  async read(): Promise<JobFolder> {
    const folder = await readJobFolder(this.handle.job_folder);
    this.status = folder.status;
    return folder;
  }

  /** The last lines of its log, its key masked. */
  tail(lines?: number): Promise<string> {
    return logTail(this.log, this.#options.key, lines);
  }

  /** What Slurm says of it now; null: it does not know it. */
  async ask(): Promise<Job | null> {
    const { slurm, handle } = this.#options;
    // Whoever submitted it may have been killed before its id was known.
    this.#id ??= (await slurm.findByName(handle.job_name))[0] ?? null;
    const [job] = this.#id === null ? [] : await slurm.jobs([this.#id]);
    this.latest = job ?? null;
    return this.latest;
  }

  /** Ends it and waits until nothing of it runs, or `hurry` aborts; true where it was there. */
  async cancel(hurry?: AbortSignal): Promise<boolean> {
    this.leave();
    let job = await this.ask();
    if (job === null || this.#id === null || isOver(job.state)) return false;
    await this.#options.slurm.cancel([this.#id]);
    const began = performance.now();
    while (job !== null && !isOver(job.state) && hurry?.aborted !== true) {
      // Its node may be unable to say that it has ended it; Slurm goes on trying.
      if (performance.now() - began > cancelMs) break;
      await sleep(lookMs);
      job = await this.ask();
    }
    return true;
  }

  /** Its end in words, where this is what Slurm says of it; null: Slurm does not know it. */
  async endAs(job: Job | null): Promise<ServerEnd> {
    const { exit } = await this.read();
    const hasLog = await stat(this.log).then(
      () => true,
      () => false,
    );
    const { name } = this;
    const id = this.#id;
    const folder = this.handle.job_folder;
    return { reason: endReason({ name, id, job, exit, hasLog, folder }), tail: await this.tail() };
  }
}
