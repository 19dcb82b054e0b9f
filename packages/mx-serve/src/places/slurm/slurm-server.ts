import type { Endpoint } from "@mx/records";
import type { RunningServer, ServerEnd } from "../place.ts";
import type { ServerJob } from "./server-job.ts";

type Listener = (endpoint: Endpoint) => void;

/** A server on Slurm that this process uses. One job takes over from another by `moveTo`. */
export class SlurmServer implements RunningServer {
  endpoint: Endpoint;
  readonly ended: Promise<ServerEnd>;
  /** Aborts when this process does not use it any more. */
  readonly left: AbortSignal;
  readonly #left = new AbortController();
  readonly #listeners: Listener[] = [];
  readonly #end: (end: ServerEnd) => void;
  readonly #hurry: AbortSignal | undefined;
  readonly #draining = new Set<ServerJob>();
  #job: ServerJob;
  #work: Promise<unknown> = Promise.resolve();

  constructor(endpoint: Endpoint, job: ServerJob, hurry?: AbortSignal) {
    this.endpoint = endpoint;
    this.left = this.#left.signal;
    this.#hurry = hurry;
    this.#job = job;
    let end: (how: ServerEnd) => void = () => {};
    this.ended = new Promise((resolve) => (end = resolve));
    this.#end = end;
    this.#follow(job);
  }

  /** The job that serves now. */
  get job(): ServerJob {
    return this.#job;
  }

  onMove(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** Another job serves from now on. */
  moveTo(endpoint: Endpoint, job: ServerJob): void {
    this.#job.leave();
    this.#job = job;
    this.#follow(job);
    this.endpoint = endpoint;
    for (const listener of this.#listeners) listener(endpoint);
  }

  /** A job that was replaced and is to end with the server, where it has not before. */
  drain(job: ServerJob): () => Promise<void> {
    this.#draining.add(job);
    return async () => {
      if (!this.#draining.has(job)) return;
      await job.cancel(this.#hurry);
      // Not before: where Slurm is away, it is tried again with the end of the server.
      this.#draining.delete(job);
    };
  }

  /** What goes on beside the server until it is left, such as the start of a successor. */
  beside(work: Promise<unknown>): void {
    this.#work = work;
  }

  async stop(): Promise<void> {
    this.#left.abort();
    const jobs = [this.#job, ...this.#draining];
    this.#draining.clear();
    await Promise.all([...jobs.map((job) => job.cancel(this.#hurry)), this.#work]);
  }

  async release(): Promise<void> {
    this.#left.abort();
    this.#job.leave();
    await this.#work;
  }

  #follow(job: ServerJob): void {
    void job.ended().then((end) => {
      if (job === this.#job) this.#end(end);
    });
  }
}
