import type { ArrayElement, JobSpec, Slurm, SlurmLimits } from "@mx/backends/slurm";
import { MxError } from "@mx/cli";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isUnreachable } from "./is-unreachable.ts";
import { jobSpec, type JobPlace } from "./job-spec.ts";
import type { ShardWatch } from "./shard-watch.ts";
import type { Submission, Submissions } from "./submissions.ts";

/** A submission whose fate is not known after so long was not taken: no sbatch of ours can be on its way any more. */
const settledMs = 30_000;

export interface SubmitterOptions extends JobPlace {
  slurm: Slurm;
  limits: SlurmLimits;
  submissions: Submissions;
}

/** Submits shards as job arrays, none of them twice. */
export class Submitter {
  readonly #options: SubmitterOptions;
  /** Nodes that lack something. */
  readonly #excluded = new Set<string>();
  /** Elements that may run at the same time, of an array. */
  readonly #shares = new Map<string, number>();
  #unsure: { submission: Submission; watches: ShardWatch[] }[] = [];

  constructor(options: SubmitterOptions) {
    this.#options = options;
  }

  /** A submission that an earlier process intended, whose answer it may not have lived to see. */
  wonder(submission: Submission, watches: ShardWatch[]): void {
    for (const watch of watches) watch.state = "unsure";
    this.#unsure.push({ submission, watches });
  }

  /** Has later submissions go round a node. */
  exclude(node: string): void {
    this.#excluded.add(node);
  }

  /** True where nodes are left out; none is any more after that: those that are left may not be up. */
  forgive(): boolean {
    const had = this.#excluded.size > 0;
    this.#excluded.clear();
    return had;
  }

  /**
   * Submits as many of these shards as the cluster takes, in arrays of no more than MaxArraySize elements. `live`:
   * those that are in the queue. Throws MxErrors of Slurm; those that were not submitted are still due then.
   */
  async submit(due: readonly ShardWatch[], live: readonly ShardWatch[]): Promise<void> {
    const { limits, settings } = this.#options;
    const room = Math.max(0, (limits.maxJobs ?? Infinity) - live.length);
    const now = due.slice(0, room);
    const groups = Math.ceil(now.length / limits.maxArraySize);
    const { elements } = settings;
    const shares =
      elements === null
        ? Array.from({ length: groups }, () => null)
        : sharesOf(elements - this.#inUse(live, elements), groups);
    for (const [n, share] of shares.entries()) {
      const group = now.slice(n * limits.maxArraySize, (n + 1) * limits.maxArraySize);
      await this.#array(group, share);
    }
  }

  /** Elements that may run at the same time by now, of the arrays that are in the queue. */
  #inUse(live: readonly ShardWatch[], most: number): number {
    const lengths = new Map<string, number>();
    for (const { launch } of live)
      if (launch !== null) lengths.set(launch.id, (lengths.get(launch.id) ?? 0) + 1);
    // One that an earlier process submitted was told the same, as far as is known.
    const share = (id: string) => this.#shares.get(id) ?? most;
    return [...lengths].reduce((sum, [id, length]) => sum + Math.min(share(id), length), 0);
  }

  /** Finds out what became of submissions that nothing is known of. */
  async settle(): Promise<void> {
    const { slurm, submissions } = this.#options;
    const unsure = this.#unsure;
    for (const { submission, watches } of unsure) {
      const [id] = await slurm.findByName(submission.name);
      if (id !== undefined) {
        await submissions.write({ ...submission, id });
        const unwanted: ArrayElement[] = [];
        for (const [index, number] of submission.shards.entries()) {
          const watch = watches.find(({ shard }) => shard.number === number);
          if (watch === undefined) unwanted.push({ id, index });
          else watch.submitted({ id, index });
        }
        await slurm.cancel(unwanted);
      } else if (Date.now() - Date.parse(submission.intended_at) > settledMs) {
        await this.#withdraw(submission, watches);
      } else continue;
      this.#unsure = this.#unsure.filter((one) => one.submission !== submission);
    }
  }

  /** It was not taken, and will not be. */
  async #withdraw(submission: Submission, watches: readonly ShardWatch[]): Promise<void> {
    await this.#options.submissions.write({ ...submission, shards: [] });
    for (const watch of watches) watch.state = "due";
  }

  async #array(group: readonly ShardWatch[], parallel: number | null): Promise<void> {
    const { slurm, submissions, folder } = this.#options;
    for (const watch of group) await watch.shard.want(watch.wanted);
    await mkdir(join(folder, "slurm", "logs"), { recursive: true });
    const submission = await submissions.intend(group.map(({ shard }) => shard.number));
    const spec = this.#spec(submission, parallel);
    try {
      const id = await slurm.submit(spec).catch((error: unknown) => {
        // Without the nodes that lack something there may be none left.
        if (!isRefusal(error) || this.#excluded.size === 0) throw error;
        this.#excluded.clear();
        return slurm.submit(this.#spec(submission, parallel));
      });
      await submissions.write({ ...submission, id });
      if (parallel !== null) this.#shares.set(id, parallel);
      for (const [index, watch] of group.entries()) watch.submitted({ id, index });
    } catch (error) {
      if (isRefusal(error)) await this.#withdraw(submission, group);
      else this.wonder(submission, [...group]);
      throw error;
    }
  }

  #spec({ name, shards: { length } }: Submission, parallel: number | null): JobSpec {
    return jobSpec(this.#options, { name, length }, [...this.#excluded], parallel);
  }
}

/** Divides what may run at the same time among arrays, as many of them as can have one each. */
function sharesOf(elements: number, arrays: number): number[] {
  const count = Math.max(0, Math.min(elements, arrays));
  return Array.from(
    { length: count },
    (_, n) => Math.floor(elements / count) + (n < elements % count ? 1 : 0),
  );
}

/** True where Slurm said no, and it is known that nothing was submitted. */
export function isRefusal(error: unknown): error is MxError {
  return error instanceof MxError && !isUnreachable(error);
}
