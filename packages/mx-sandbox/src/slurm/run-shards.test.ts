import type { ArrayElement, Job, JobSpec, Slurm } from "@mx/backends/slurm";
import type { Trial } from "@mx/records";
import { samples } from "@mx/records/testing/samples";
import { RunDirectory } from "@mx/store";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PlannedTrial } from "../plan.ts";
import { QueueView } from "./queue-view.ts";
import { ShardRunner } from "./run-shards.ts";
import { Shard } from "./shard.ts";
import { ShardWatch } from "./shard-watch.ts";
import { Submissions } from "./submissions.ts";
import { Submitter } from "./submitter.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "mx-shards-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const key = "a".repeat(64);
const settings = {
  backend: "local" as const,
  setup: "",
  shards: null,
  elements: null,
  exports: [],
  options: {},
};

/** A run of one trial in one shard, and what it asks of a cluster that does what `cluster` says. */
async function setUp(cluster: Partial<Slurm>) {
  const submitted: JobSpec[] = [];
  const cancelled: unknown[] = [];
  const slurm = {
    submit: (job: JobSpec) => Promise.resolve(String(submitted.push(job))),
    jobs: () => Promise.resolve([]),
    findByName: () => Promise.resolve([]),
    cancel: (jobs: unknown[]) => Promise.resolve(void cancelled.push(...jobs)),
    ...cluster,
  } as unknown as Slurm;
  const notes: string[] = [];
  const note = (text: string) => void notes.push(text);
  const directory = await RunDirectory.create(folder, "run");
  const journal = await directory.journal();
  const submissions = new Submissions(directory.path, "run");
  const limits = { maxArraySize: 5, maxJobs: null, minJobAgeS: 300 };
  const place = { settings, folder: directory.path, cwd: "/", exports: [] };
  const submitter = new Submitter({ slurm, limits, submissions, ...place });
  const shard = new Shard(directory.path, 0);
  await shard.create("run", []);
  const owed = new Map([[key, { key, attemptsBefore: 0 } as PlannedTrial]]);
  const watch = new ShardWatch(shard, new Set([key]), "run", owed);
  const abort = new AbortController();
  const runner = new ShardRunner({
    watches: [watch],
    submitter,
    queue: new QueueView(slurm, note, limits.minJobAgeS),
    directory,
    journal,
    note,
    tell: () => {},
    stop: abort.signal,
    abort: abort.signal,
  });
  const run = async () => {
    const trials: Trial[] = [];
    for await (const some of runner.run()) trials.push(...some);
    await journal.close();
    return trials;
  };
  return { run, shard, submitter, submissions, watch, submitted, cancelled, abort, notes };
}

const ended = (state: Job["state"]): Job => ({
  id: "1",
  index: 0,
  name: "mx-run",
  state,
  reported: state.toUpperCase(),
  reason: null,
  node: "node1",
  exitCode: 0,
  endsAt: null,
  restarts: 0,
});

test("results that a shared file system shows only after the news of the end are not given up", async () => {
  const { run, shard, submitted } = await setUp({ jobs: () => Promise.resolve([ended("done")]) });
  const word = { job: "1_0", restart: 0, node: "node1", exit_code: 0, stopped: false, error: null };
  await shard.end(word);
  const running = run();
  const trial = { ...(samples.trial as object), key, attempt: 0, outcome: "completed" };
  setTimeout(
    () => appendFileSync(shard.directory("run").journalPath, `${JSON.stringify(trial)}\n`),
    4_000,
  );
  expect((await running).map(({ outcome }) => outcome)).toEqual(["completed"]);
  expect(submitted).toHaveLength(1);
}, 30_000);

test("the second signal ends a job too whose submission nobody had an answer to", async () => {
  let name = "";
  const { run, submitter, submissions, watch, cancelled, abort } = await setUp({
    findByName: (asked) => Promise.resolve(asked === name ? ["77"] : []),
  });
  const submission = await submissions.intend([0]);
  submitter.wonder(submission, [watch]);
  name = submission.name;
  abort.abort();
  expect(await run()).toEqual([]);
  expect(cancelled).toEqual<ArrayElement[]>([{ id: "77", index: 0 }]);
});
