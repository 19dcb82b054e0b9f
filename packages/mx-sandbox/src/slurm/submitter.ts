import type { JobSpec, Slurm, SlurmLimits } from "@mx/backends/slurm";
import { MxError } from "@mx/cli";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
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
   * elements that are in the queue. Throws MxErrors of Slurm; those that were not submitted are still due then.
   */
  async submit(due: readonly ShardWatch[], live: number): Promise<void> {
    const { limits, settings } = this.#options;
    const room = Math.max(0, (limits.maxJobs ?? Infinity) - live);
    const now = due.slice(0, room);
    const arrays = Math.ceil(now.length / limits.maxArraySize);
    for (let n = 0; n < arrays; n += 1) {
      const group = now.slice(n * limits.maxArraySize, (n + 1) * limits.maxArraySize);
      const parallel =
        settings.elements === null ? null : Math.max(1, Math.floor(settings.elements / arrays));
      await this.#array(group, parallel);
    }
  }

  /** Finds out what became of submissions that nothing is known of. */
  async settle(): Promise<void> {
    const { slurm, submissions } = this.#options;
    const unsure = this.#unsure;
    for (const { submission, watches } of unsure) {
      const [id] = await slurm.findByName(submission.name);
      if (id !== undefined) {
        await submissions.write({ ...submission, id });
        for (const watch of watches) {
          watch.submitted({ id, index: submission.shards.indexOf(watch.shard.number) });
        }
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

/** True where Slurm said no, and it is known that nothing was submitted. */
export function isRefusal(error: unknown): error is MxError {
  return error instanceof MxError && error.code !== "slurm_unreachable";
}
