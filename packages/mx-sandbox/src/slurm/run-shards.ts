import { isOver } from "@mx/backends/slurm";
import { MxError } from "@mx/cli";
import type { Trial } from "@mx/records";
import type { Journal, RunDirectory } from "@mx/store";
import { setTimeout as sleep } from "node:timers/promises";
import { elementLog } from "./element-log.ts";
import { isUnreachable } from "./is-unreachable.ts";
import { judgeEnd, mostFailures, ownWord, patienceMs } from "./judge-end.ts";
import { lostTrial } from "./lost-trial.ts";
import type { QueueView } from "./queue-view.ts";
import type { ShardWatch } from "./shard-watch.ts";
import { isRefusal, type Submitter } from "./submitter.ts";

/** Journals are looked at so often, and less often where there are many. */
const pollMs = 250;
const [pollMsEach, mostPollMs] = [10, 2_000];
/** Why an element waits that nobody but an administrator would ever start. */
const held = /launch.failed.requeued.held/i;
/** Why an element waits where the nodes that it may run on are down or drained. */
const unavailable = /ReqNodeNotAvail|UnavailableNodes/i;
/** Before what is owed is submitted again; twice as long each time in a row. */
const pauseMs = 500;
/** Before the queue is tried again where it took no more. */
const fullMs = 30_000;

export interface RunShardsOptions {
  watches: readonly ShardWatch[];
  submitter: Submitter;
  queue: QueueView;
  directory: RunDirectory;
  journal: Journal;
  note: (text: string) => void;
  /** Told how many elements run and wait. */
  tell: (detail: Record<string, string | number>) => void;
  stop: AbortSignal;
  abort: AbortSignal;
}

/** Has the shards done by Slurm, and yields every attempt once it is in the run's journal. */
export class ShardRunner {
  readonly #o: RunShardsOptions;
  readonly #said = new Set<string>();
  #toldToEnd = new Set<ShardWatch>();
  #fullUntil = 0;

  constructor(options: RunShardsOptions) {
    this.#o = options;
  }

  /** Ends when nothing is left that an element could do; after `stop`, when those that run have ended. */
  async *run(): AsyncGenerator<Trial[]> {
    const { watches, submitter, queue, stop, abort } = this.#o;
    // What elements have done since nobody followed them.
    for (const watch of watches) yield* this.#collect(watch);
    for (;;) {
      const working = watches.filter((watch) => isLaunched(watch) && !this.#isPending(watch));
      for (const watch of working) yield* this.#collect(watch);
      // Also before all of them are ended: what is not known to be in the queue is not ended there.
      await this.#quietly(() => submitter.settle());
      if (abort.aborted) return queue.kill(watches.filter(isLaunched));
      if (!stop.aborted) await this.#submit();
      if (await queue.refresh(watches.filter(isLaunched))) {
        for (const watch of watches.filter(isLaunched)) yield* this.#look(watch);
        this.#o.tell(queue.counts());
        if (stop.aborted) await this.#endAll();
      }
      const isBusy = ({ state }: ShardWatch) =>
        state === "launched" || state === "unsure" || (state === "due" && !stop.aborted);
      if (!watches.some(isBusy)) return;
      const pause = Math.min(mostPollMs, pollMs + pollMsEach * working.length);
      await sleep(pause, undefined, { signal: abort }).catch(() => {});
    }
  }

  async *#collect(watch: ShardWatch): AsyncGenerator<Trial[]> {
    for (const trial of await watch.collect(this.#o.journal)) yield [trial];
    if (watch.state === "due" && watch.owed.length === 0) watch.state = "over";
  }

  /** What is due and not to wait any longer. */
  async #submit(): Promise<void> {
    const { watches, submitter } = this.#o;
    const now = performance.now();
    if (now < this.#fullUntil) return;
    const due = watches.filter(({ state, dueAt }) => state === "due" && dueAt <= now);
    if (due.length === 0) return;
    try {
      await submitter.submit(due, watches.filter(isLaunched));
    } catch (error) {
      if (!(error instanceof MxError)) throw error;
      // With nothing in the queue, nothing will make room in it.
      if (isRefusal(error) && !watches.some(isLaunched)) throw error;
      this.#say(`${error.message}; what is not in the queue is submitted later`);
      this.#fullUntil = now + fullMs;
    }
  }

  /** Notices that an element has ended, and does what is to be done then. */
  async *#look(watch: ShardWatch): AsyncGenerator<Trial[]> {
    const { queue, directory, submitter, stop } = this.#o;
    const { launch } = watch;
    if (launch === null) return;
    let job = queue.job(launch);
    // Judged at once: by the next time, Slurm would say that it was cancelled, and not by whom.
    const isStuck = job?.state === "pending";
    if (job?.state === "pending") {
      // It may have run before, and Slurm may have put it back into the queue without need, or for good.
      yield* this.#collect(watch);
      const reason = job.reason ?? "";
      const isHeld = held.test(reason) || (unavailable.test(reason) && submitter.forgive());
      if (watch.owed.length > 0 && !isHeld) {
        watch.endedAt = null;
        return;
      }
      if (!(await this.#quietly(() => queue.kill([watch])))) return;
      job = { ...job, state: "lost" };
    }
    if (job !== null && !isOver(job.state) && job.state !== "unknown") {
      watch.endedAt = null;
      return;
    }
    watch.endedAt ??= performance.now();
    const ended = ownWord(launch, job, await watch.shard.ended());
    yield* this.#collect(watch);
    if (watch.owed.length === 0) {
      watch.state = "over";
      return;
    }
    const { untried } = watch;
    const end = { job, ended, untried, log: await elementLog(directory.path, launch) };
    const isPatient = !stop.aborted && !isStuck;
    if (isPatient && performance.now() - watch.endedAt < patienceMs(end)) return;
    const { kind, why, node } = judgeEnd(end);
    watch.state = "over";
    if (kind === "settled" || stop.aborted) {
      if (why !== "" && !stop.aborted) this.#say(why);
      return;
    }
    watch.failures = watch.gained > 0 ? 0 : watch.failures + 1;
    if (node !== null) submitter.exclude(node);
    const isFinal = kind === "hopeless" || watch.failures >= mostFailures;
    this.#say(isFinal ? why : `${why}; what is owed is submitted again`, why);
    if (!isFinal) {
      watch.state = "due";
      watch.dueAt = performance.now() + pauseMs * 2 ** watch.failures;
      return;
    }
    this.#o.note(`${watch.owed.length} trials are given up: their jobs came to nothing`);
    for (const planned of watch.owed) {
      const lost = lostTrial(planned, directory.runId, why);
      await this.#o.journal.append(lost);
      yield [lost];
    }
  }

  /** Once for each element, and again for one that Slurm has started since. */
  async #endAll(): Promise<void> {
    const { watches, queue } = this.#o;
    for (const watch of watches) if (watch.state === "due") watch.state = "over";
    const still = watches.filter(
      (watch) => isLaunched(watch) && (!this.#toldToEnd.has(watch) || this.#isPending(watch)),
    );
    await this.#quietly(() => queue.end(still));
    for (const watch of still) if (!this.#isPending(watch)) this.#toldToEnd.add(watch);
  }

  /** True where its element waits in the queue. */
  #isPending({ launch }: ShardWatch): boolean {
    return launch !== null && this.#o.queue.job(launch)?.state === "pending";
  }

  /** Does what can be done again a moment later where Slurm cannot be reached; false: it could not. */
  async #quietly(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      return false;
    }
  }

  /** What is the same is said once. */
  #say(text: string, what = text): void {
    if (this.#said.has(what)) return;
    this.#said.add(what);
    this.#o.note(text);
  }
}

function isLaunched({ state }: ShardWatch): boolean {
  return state === "launched";
}
