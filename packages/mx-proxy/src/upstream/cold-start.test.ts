import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { ColdStart } from "./cold-start.ts";

test("one waiter at a time is sent; the answer to it lets all go, and people hear of both", async () => {
  const notes: string[] = [];
  const cold = new ColdStart("up.example", (text) => notes.push(text));
  const gone: number[] = [];
  for (const n of [0, 1, 2, 3]) cold.wait(() => gone.push(n), null);
  const leave = cold.wait(() => gone.push(4), null);
  leave();
  await sleep(300);
  expect(gone).toEqual([0]);
  expect(cold.waking()).toEqual({ calls: 3, seconds: 0 });
  cold.awake();
  cold.awake();
  expect(gone).toEqual([0, 1, 2, 3]);
  expect(cold.waking()).toBe(null);
  expect(notes).toEqual([
    "up.example is not there yet: calls wait until it wakes up",
    expect.stringMatching(/^up\.example is awake, after 0\.\d s$/),
  ]);
});

test("a waiter that was sent and hears nothing does not hold up the others", async () => {
  const cold = new ColdStart("up.example", () => {});
  const gone: number[] = [];
  for (const n of [0, 1]) cold.wait(() => gone.push(n), null);
  await sleep(800);
  expect(gone).toEqual([0, 1]);
});
