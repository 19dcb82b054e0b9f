import { expect, test } from "vitest";
import { runUntilReached, type Said } from "./slurm-commands.ts";

const lost: Said = {
  stdout: "",
  stderr: "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation",
  ok: false,
};
const good: Said = { stdout: "7", stderr: "", ok: true };

function answers(...said: Said[]) {
  const calls = { count: 0 };
  return { calls, attempt: () => Promise.resolve(said[calls.count++] ?? lost) };
}

test("a command whose controller is away is run again, and that is told", async () => {
  const notes: string[] = [];
  const { calls, attempt } = answers(lost, lost, good);
  const options = { note: (text: string) => notes.push(text), pauses: [1, 1, 1] };
  expect(await runUntilReached(attempt, "squeue", options)).toEqual(good);
  expect(calls.count).toBe(3);
  expect(notes).toHaveLength(2);
  expect(notes[0]).toContain("Socket timed out");
});

test("a controller that stays away is an error in the end", async () => {
  const { calls, attempt } = answers();
  await expect(
    runUntilReached(attempt, "squeue", { note: () => {}, pauses: [1, 1] }),
  ).rejects.toMatchObject({ code: "slurm_unreachable", exitCode: 69 });
  expect(calls.count).toBe(3);
});

test("a job whose answer was lost is not submitted again", async () => {
  const { calls, attempt } = answers(lost, good);
  const said = await runUntilReached(attempt, "sbatch", { note: () => {}, pauses: [1, 1] }, () =>
    Promise.resolve("41"),
  );
  expect({ id: said.stdout, submissions: calls.count }).toEqual({ id: "41", submissions: 1 });
});

test("a refusal is not tried again", async () => {
  const refused = {
    stdout: "",
    stderr: "sbatch: error: invalid partition specified: x",
    ok: false,
  };
  const { calls, attempt } = answers(refused, good);
  expect(await runUntilReached(attempt, "sbatch", { note: () => {}, pauses: [1] })).toBe(refused);
  expect(calls.count).toBe(1);
});
