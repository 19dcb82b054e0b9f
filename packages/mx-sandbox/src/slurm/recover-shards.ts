import { isOver, type Slurm } from "@mx/backends/slurm";
import type { PlannedTrial } from "../plan.ts";
import { Shard } from "./shard.ts";
import { ShardWatch } from "./shard-watch.ts";
import type { Submissions } from "./submissions.ts";
import type { Submitter } from "./submitter.ts";

/** A run's trials by shard, and the shards' elements that an earlier process submitted. */
export interface RecoveredShards {
  watches: ShardWatch[];
  /** Trials that no shard has. */
  rest: PlannedTrial[];
  /** Shards there are, to number further ones. */
  count: number;
}

/**
 * Finds the shards of a run again, and the elements that do them. Those whose trials nobody asks for any more are
 * cancelled.
 */
export async function recoverShards(
  { folder, runId }: { folder: string; runId: string },
  owed: Map<string, PlannedTrial>,
  slurm: Slurm,
  submissions: Submissions,
  submitter: Submitter,
): Promise<RecoveredShards> {
  const shards = await Shard.all(folder);
  const covered = new Set<string>();
  const byNumber = new Map<number, ShardWatch>();
  for (const shard of shards) {
    const keys = new Set((await shard.wanted()).keys());
    if (![...keys].some((key) => owed.has(key))) continue;
    for (const key of keys) covered.add(key);
    byNumber.set(shard.number, new ShardWatch(shard, keys, runId, owed));
  }
  const earlier = await submissions.all();
  const jobs = await slurm.jobs(earlier.flatMap(({ id }) => id ?? []));
  const states = new Map(jobs.map((job) => [`${job.id}_${job.index}`, job.state]));
  const latest = new Map(earlier.flatMap((one) => one.shards.map((number) => [number, one])));
  for (const submission of earlier) {
    const { id, shards: numbers } = submission;
    const mine = numbers.flatMap((number) =>
      latest.get(number) === submission ? (byNumber.get(number) ?? []) : [],
    );
    if (id === null) {
      if (numbers.length > 0) submitter.wonder(submission, mine);
      continue;
    }
    for (const [index, number] of numbers.entries()) {
      const state = states.get(`${id}_${index}`);
      if (state === undefined || isOver(state)) continue;
      const watch = mine.find(({ shard }) => shard.number === number);
      if (watch === undefined) await slurm.cancel([{ id, index }]);
      else watch.submitted({ id, index });
    }
  }
  return {
    watches: [...byNumber.values()],
    rest: [...owed.values()].filter(({ key }) => !covered.has(key)),
    count: Math.max(0, ...shards.map(({ number }) => number + 1)),
  };
}
