import type { ArrayElement, JobSpec, Slurm } from "@mx/backends/slurm";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { PlannedTrial } from "../plan.ts";
import { Shard } from "./shard.ts";
import { ShardWatch } from "./shard-watch.ts";
import { Submissions } from "./submissions.ts";
import { Submitter } from "./submitter.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "mx-submitter-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function setUp(elements: number | null, shards: number) {
  const submitted: JobSpec[] = [];
  const cancelled: ArrayElement[] = [];
  const named = new Map<string, string>();
  const slurm = {
    submit: (job: JobSpec) => Promise.resolve(String(100 + submitted.push(job))),
    findByName: (name: string) => Promise.resolve([named.get(name)].filter(Boolean)),
    cancel: (jobs: ArrayElement[]) => Promise.resolve(void cancelled.push(...jobs)),
  } as unknown as Slurm;
  const submissions = new Submissions(folder, "run");
  const settings = {
    backend: "local" as const,
    setup: "",
    shards: null,
    elements,
    exports: [],
    options: {},
  };
  const limits = { maxArraySize: 5, maxJobs: null, minJobAgeS: 300 };
  const options = { slurm, limits, submissions, settings, folder, cwd: "/", exports: [] };
  const submitter = new Submitter(options);
  const watches: ShardWatch[] = [];
  for (let number = 0; number < shards; number += 1) {
    const shard = new Shard(folder, number);
    await shard.create("run", []);
    const key = `key-${number}`;
    const owed = new Map([[key, { key, attemptsBefore: 0 } as PlannedTrial]]);
    watches.push(new ShardWatch(shard, new Set([key]), "run", owed));
  }
  const due = () => watches.filter(({ state }) => state === "due");
  const live = () => watches.filter(({ state }) => state === "launched");
  const shares = () => submitted.map(({ array }) => [array?.indexes.length, array?.parallel]);
  return { submitter, submissions, watches, due, live, shares, cancelled, named };
}

test("--slurm.elements holds over all arrays of a run, later ones too", async () => {
  const { submitter, watches, due, live, shares } = await setUp(3, 12);
  await submitter.submit(due(), live());
  expect(shares()).toEqual([
    [5, 1],
    [5, 1],
    [2, 1],
  ]);
  const [first, ...others] = watches;
  Object.assign(first as ShardWatch, { state: "due" });
  await submitter.submit(due(), live());
  expect(shares()).toHaveLength(3);
  for (const watch of others.slice(0, 4)) watch.state = "over";
  await submitter.submit(due(), live());
  expect(shares()[3]).toEqual([1, 1]);
});

test("of more arrays than elements only so many are submitted; the others wait", async () => {
  const { submitter, due, live, shares } = await setUp(1, 12);
  await submitter.submit(due(), live());
  expect(shares()).toEqual([[5, 1]]);
  expect(due()).toHaveLength(7);
  await submitter.submit(due(), live());
  expect(shares()).toHaveLength(1);
});

test("without a limit there is none, and all is submitted at once", async () => {
  const { submitter, due, live, shares } = await setUp(null, 12);
  await submitter.submit(due(), live());
  expect(shares()).toEqual([5, 5, 2].map((length) => [length, undefined]));
});

test("elements of an earlier submission that nobody wants any more leave the queue once it is found", async () => {
  const { submitter, submissions, watches, cancelled, named } = await setUp(null, 2);
  const submission = await submissions.intend([0, 1, 2]);
  submitter.wonder(submission, watches.slice(1));
  await submitter.settle();
  expect(watches.map(({ state }) => state)).toEqual(["due", "unsure"]);
  named.set(submission.name, "55");
  await submitter.settle();
  expect(watches[1]?.launch).toEqual({ id: "55", index: 1 });
  expect(cancelled).toEqual([
    { id: "55", index: 0 },
    { id: "55", index: 2 },
  ]);
  expect((await submissions.read(submission.name)).id).toBe("55");
});
