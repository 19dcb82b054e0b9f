import { expect, test } from "vitest";
import { parseSacct } from "./parse-sacct.ts";

test("an element that ended has its index, its first node and its exit status", () => {
  expect(parseSacct("12_4|FAILED|3:0|gpu[07-09,12]|mx-a")).toEqual([
    {
      id: "12",
      index: 4,
      name: "mx-a",
      state: "failed",
      reported: "FAILED",
      reason: null,
      node: "gpu07",
      exitCode: 3,
      endsAt: null,
      restarts: null,
    },
  ]);
});

test("elements that wait are one line, and are taken apart", () => {
  const jobs = parseSacct("12_[5-7,9%2]|PENDING|0:0|None assigned|mx-a");
  expect(jobs.map(({ index }) => index)).toEqual([5, 6, 7, 9]);
  expect(jobs[0]).toMatchObject({ state: "pending", node: null, exitCode: null });
});

test("who cancelled a job is no part of its state", () => {
  expect(parseSacct("13|CANCELLED by 1000|0:15|c1|x|y")[0]).toMatchObject({
    index: null,
    name: "x|y",
    state: "cancelled",
    node: "c1",
    exitCode: 143,
  });
});

test("steps and other lines are passed over", () => {
  expect(parseSacct("13.batch|COMPLETED|0:0|c1|batch")).toEqual([]);
  expect(parseSacct("")).toEqual([]);
});
