import { expect, test } from "vitest";
import { unequalTrials } from "./unequal-trials.ts";

test.for([
  { title: "equal", trials: [4, 4, 4], message: undefined },
  { title: "nothing", trials: [], message: undefined },
  {
    title: "as many tasks with one as with the other",
    trials: [1, 2],
    message: "1 of 2 tasks (50 %) have another number of trials than the rest: 1 with 1, 1 with 2",
  },
  {
    title: "one task with five trials",
    trials: [...Array<number>(84).fill(1), 5],
    message:
      "1 of 85 tasks (1.2 %) have another number of trials than the rest: 84 with 1, 1 with 5",
  },
  {
    title: "many numbers",
    trials: [1, 2, 3, 4, 5, 6, 7, 7],
    message:
      "6 of 8 tasks (75 %) have another number of trials than the rest: 1 with 1, 1 with 2, 1 with 3, 1 with 4, 1 with 5, 1 with 6, …",
  },
])("trials per task: $title", ({ trials, message }) => {
  expect(unequalTrials(trials)?.message).toBe(message);
  expect(unequalTrials(trials.toReversed())).toEqual(unequalTrials(trials));
});

test("a few tasks are an info, many a warning", () => {
  expect(unequalTrials([...Array<number>(99).fill(4), 3])?.severity).toBe("info");
  expect(unequalTrials([4, 4, 3])?.severity).toBe("warning");
});
