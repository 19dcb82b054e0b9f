import type { Job, Slurm } from "@mx/backends/slurm";
import { MxError } from "@mx/cli";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Launch, ShardWatch } from "./shard-watch.ts";
import { QueueView } from "./queue-view.ts";

beforeEach(() => vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => vi.useRealTimers());

const launch = (index: number): Launch => ({ id: "7", index });
const watches = [0, 1].map((index) => ({ launch: launch(index) })) as ShardWatch[];
const job = (index: number, state: Job["state"], reason: string | null = null): Job => ({
  id: "7",
  index,
  name: "mx-run-1",
  state,
  reported: state.toUpperCase(),
  reason,
  node: null,
  exitCode: null,
  endsAt: null,
  restarts: 0,
});
const view = (answers: (Job[] | MxError)[], notes: string[] = []) => {
  const cancelled: unknown[][] = [];
  const slurm = {
    async jobs() {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof MxError) throw answer;
      return answer ?? [];
    },
    async cancel(...args: unknown[]) {
      cancelled.push(args);
    },
  } as unknown as Slurm;
  const queue = new QueueView(slurm, (text) => void notes.push(text), 300);
  const later = async () => {
    vi.advanceTimersByTime(5_000);
    return queue.refresh(watches);
  };
  return { queue, later, cancelled };
};

test("an element that waited and is not known any more was cancelled; one that ran is not known", async () => {
  const both = [job(0, "pending", "Resources"), job(1, "running")];
  const { queue, later } = view([both, []]);
  await later();
  expect(queue.counts()).toEqual({ running: 1, waiting: "1 (Resources)" });
  await later();
  expect([queue.job(launch(0))?.state, queue.job(launch(1))]).toEqual(["cancelled", null]);
  await later();
  expect(queue.job(launch(0))?.state).toBe("cancelled");
});

test("those that wait are cancelled, and the script of those that run is told", async () => {
  const { queue, later, cancelled } = view([[job(0, "pending"), job(1, "running")]]);
  await later();
  await queue.end(watches);
  expect(cancelled).toEqual([[[launch(0)]], [[launch(1)], "SIGINT", "script"]]);
});

test("Slurm that is away is said once, and is an error after half an hour", async () => {
  const away = new MxError("away", { code: "slurm_unreachable", exitCode: 69 });
  const notes: string[] = [];
  const { later } = view([[job(0, "running")], away], notes);
  expect(await later()).toBe(true);
  for (let minute = 0; minute < 30; minute += 1) {
    expect(await later()).toBe(false);
    vi.advanceTimersByTime(55_000);
  }
  expect(notes).toHaveLength(1);
  vi.advanceTimersByTime(60_000);
  await expect(later()).rejects.toThrow("away");
});

test("Slurm that was away for longer than it knows a job: who waited then may have run since", async () => {
  const away = new MxError("away", { code: "slurm_unreachable", exitCode: 69 });
  const { queue, later } = view([[job(0, "pending")], away, []]);
  await later();
  await later();
  vi.advanceTimersByTime(300_000);
  await later();
  expect(queue.job(launch(0))).toBeNull();
});
