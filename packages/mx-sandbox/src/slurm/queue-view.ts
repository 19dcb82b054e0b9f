import type { ArrayElement, Job, Slurm } from "@mx/backends/slurm";
import { isUnreachable } from "./is-unreachable.ts";
import type { Launch, ShardWatch } from "./shard-watch.ts";

/** Slurm may be away for so long before it is given up; elements that run go on without it. */
const patienceMs = 30 * 60_000;
/** Slurm is asked this often at first, and less often later. */
const [oftenMs, seldomMs, calmMs] = [1_000, 3_000, 60_000];

/** What Slurm says of a run's elements, asked now and then. */
export class QueueView {
  readonly #slurm: Slurm;
  readonly #note: (text: string) => void;
  readonly #began = performance.now();
  #jobs = new Map<string, Job>();
  #next = 0;
  readonly #knownMs: number;
  #askedAt = -Infinity;
  #awaySince: number | null = null;

  /** `minJobAgeS`: so long Slurm knows a job that has ended. */
  constructor(slurm: Slurm, note: (text: string) => void, minJobAgeS: number) {
    this.#slurm = slurm;
    this.#note = note;
    this.#knownMs = minJobAgeS * 1000;
  }

  /**
   * Asks anew where it is time to; false where it is not, or Slurm cannot be reached. Throws MxError 69 where it was
   * away for half an hour.
   */
  async refresh(watches: readonly ShardWatch[]): Promise<boolean> {
    const now = performance.now();
    if (now < this.#next) return false;
    this.#next = now + (now - this.#began < calmMs ? oftenMs : seldomMs);
    const elements = elementsOf(watches);
    const ids = new Set(elements.map(({ id }) => id));
    try {
      const jobs = await this.#slurm.jobs(elements);
      const before = this.#jobs;
      this.#jobs = new Map(jobs.map((job) => [`${job.id}_${job.index}`, job]));
      for (const [name, job] of before) {
        // One that had run would be known for a while after its end; one that waited and was cancelled is not.
        const waited = job.state === "pending" && now - this.#askedAt < this.#knownMs;
        const isGone = waited || job.state === "cancelled";
        if (isGone && ids.has(job.id) && !this.#jobs.has(name)) {
          this.#jobs.set(name, { ...job, state: "cancelled" });
        }
      }
      this.#askedAt = now;
      this.#awaySince = null;
      return true;
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      if (this.#awaySince === null) {
        this.#note(`${error.message}; what runs goes on, and its results are followed`);
      }
      this.#awaySince ??= now;
      if (now - this.#awaySince > patienceMs) throw error;
      return false;
    }
  }

  /** The job of an element; null: Slurm does not know it. */
  job({ id, index }: Launch): Job | null {
    return this.#jobs.get(`${id}_${index}`) ?? null;
  }

  /** How many elements run, how many wait, and why the first of those does. */
  counts(): Record<string, string | number> {
    const all = [...this.#jobs.values()];
    const waiting = all.filter(({ state }) => state === "pending");
    const reasons = waiting.map(({ reason }) => reason).filter((reason) => reason !== null);
    return {
      running: all.filter(({ state }) => state === "running").length,
      waiting: waiting.length === 0 ? 0 : `${waiting.length} (${reasons[0] ?? "queued"})`,
    };
  }

  /** Tells those that run to end cleanly, and takes those that wait out of the queue. */
  async end(watches: readonly ShardWatch[]): Promise<void> {
    const elements = elementsOf(watches);
    const waits = (element: ArrayElement) => (this.job(element)?.state ?? "pending") === "pending";
    await this.#slurm.cancel(elements.filter(waits));
    const running = elements.filter((element) => !waits(element));
    if (running.length > 0) await this.#slurm.cancel(running, "SIGINT", "script");
  }

  /** Ends all of them at once. */
  async kill(watches: readonly ShardWatch[]): Promise<void> {
    await this.#slurm.cancel(elementsOf(watches));
  }
}

function elementsOf(watches: readonly ShardWatch[]): ArrayElement[] {
  return watches.flatMap(({ launch }) => (launch === null ? [] : [launch]));
}
