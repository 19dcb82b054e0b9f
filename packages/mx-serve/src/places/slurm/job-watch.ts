import { MxError } from "@mx/cli";
import { isOver, type Job } from "@mx/backends/slurm";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServerEnd } from "../place.ts";
import type { ServerJob } from "./server-job.ts";

/** How often is looked at what the job has written, in ms. */
const lookMs = 300;
/** How often Slurm is asked, in ms: in the first time after it was submitted, and later. A cluster has many users. */
const askMs = { atFirst: 1_500, later: 5_000 };
const patientMs = 120_000;
/** So long a server may be without its port, in ms; the script of the job looks every three seconds. */
const lostMs = 2_000;
/** So long Slurm may take to see the end of a job whose server has ended, in ms. */
const settleMs = 5_000;

/** Watches for the end of a server: by what its job writes, which is quick, and by what Slurm says, which is certain. */
export class JobWatch {
  readonly #job: ServerJob;
  readonly #over = new AbortController();
  readonly #began = performance.now();
  #ended: Promise<ServerEnd> | undefined;
  #serving = false;
  #askedAt = -Infinity;
  #hadPortAt = 0;
  /** How often in a row Slurm did not know the job. */
  #unknown = 0;

  constructor(job: ServerJob) {
    this.#job = job;
  }

  /** Resolves when the server has ended by itself; never, once `leave` was called. */
  ended(): Promise<ServerEnd> {
    this.#ended ??= this.#watch();
    return this.#ended;
  }

  /** It has answered: Slurm is asked less often, and its port is looked after. */
  serving(): void {
    this.#serving = true;
    this.#hadPortAt = performance.now();
  }

  leave(): void {
    this.#over.abort();
  }

  async #watch(): Promise<ServerEnd> {
    const { signal } = this.#over;
    for (;;) {
      await sleep(lookMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return new Promise(() => {});
      const { exit } = await this.#job.read();
      const end =
        exit === null ? (this.#lostPort() ?? (await this.#askedEnd())) : await this.#settledEnd();
      if (end !== null) return end;
    }
  }

  /** What Slurm says of an end that the job's script has told; what it said before, where that takes too long. */
  async #settledEnd(): Promise<ServerEnd> {
    const job = this.#job;
    const giveUp = sleep(settleMs).then(() => job.latest);
    const settled = async () => {
      for (;;) {
        const known = await job.ask();
        if (known === null || isOver(known.state)) return known;
        await sleep(lookMs);
      }
    };
    return job.endAs(await Promise.race([settled().catch(() => job.latest), giveUp]));
  }

  /** What Slurm says of its end, where it is time to ask; null: it is not over, as far as is known. */
  async #askedEnd(): Promise<ServerEnd | null> {
    const { handle, latest: before } = this.#job;
    const now = performance.now();
    const isPatient = this.#serving || now - this.#began > patientMs;
    const pause = isPatient ? askMs.later : askMs.atFirst;
    if (handle.job === null || now - this.#askedAt < pause) return null;
    try {
      const job = await this.#job.ask();
      this.#unknown = job === null ? this.#unknown + 1 : 0;
      return this.#isOver(before, job) ? await this.#job.endAs(job) : null;
    } catch (error) {
      // A controller that is away says nothing about the job.
      if (!(error instanceof MxError)) throw error;
      return null;
    } finally {
      this.#askedAt = performance.now();
    }
  }

  #isOver(before: Job | null, job: Job | null): boolean {
    // A controller that has just taken over may need a moment.
    if (job === null) return this.#unknown > 1;
    return isOver(job.state) || (before?.state === "running" && job.state === "pending");
  }

  /** A server that has answered keeps its port. */
  #lostPort(): Promise<ServerEnd> | null {
    const { status, name } = this.#job;
    if (!this.#serving || status === null) return null;
    if (status.owner === "ours" || status.owner === "unknown") {
      this.#hadPortAt = performance.now();
      return null;
    }
    if (performance.now() - this.#hadPortAt < lostMs) return null;
    const who = status.owner === "stranger" ? "another program has it" : "nobody listens there";
    const reason = `${name} does not have port ${status.port} of ${status.node} any more: ${who}`;
    return this.#job.tail().then((tail) => ({ reason, tail }));
  }
}
