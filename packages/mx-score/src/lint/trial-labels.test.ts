import fc from "fast-check";
import { expect, test } from "vitest";
import { mixedTrialLabels } from "./trial-labels.ts";

test.for([
  {
    title: "in order",
    tasks: [
      [0, 1],
      [1, 0],
      [0, 1],
    ],
    count: undefined,
  },
  { title: "one each, called 0, 1 or 2", tasks: [[0], [1], [2], [0]], count: 2 },
  {
    title: "a trial is missing",
    tasks: [
      [0, 1, 2, 3],
      [1, 2],
      [3, 0],
    ],
    count: undefined,
  },
  {
    title: "twice the same",
    tasks: [
      [0, 0],
      [1, 1],
    ],
    count: 1,
  },
  { title: "some have more trials", tasks: [[0], [0, 1, 2, 3, 4], [0]], count: undefined },
  {
    title: "numbered from 1",
    tasks: [
      [1, 2],
      [1, 2],
    ],
    count: undefined,
  },
  { title: "nothing", tasks: [], count: undefined },
])("labels: $title", ({ tasks, count }) => {
  expect(mixedTrialLabels(tasks)?.count).toBe(count);
});

test("says what it is about", () => {
  const tasks = Array.from({ length: 50 }, (_, i) => [i % 3]);
  expect(mixedTrialLabels(tasks, { model: "m" })).toEqual({
    type: "finding",
    version: 1,
    code: "mixed_trial_labels",
    severity: "error",
    message:
      "33 of 50 tasks (66 %) have trials that are not numbered from 0: 3 trial labels occur, but no task has more than 1",
    group: { model: "m" },
    count: 33,
  });
});

test("the order of tasks and labels, and labels that come twice, change nothing", () => {
  const tasks = fc.array(fc.array(fc.nat(4), { maxLength: 5 }), { maxLength: 12 });
  fc.assert(
    fc.property(tasks, (all) => {
      const other = all.map((labels) => [...labels, ...labels].reverse()).reverse();
      expect(mixedTrialLabels(other)).toEqual(mixedTrialLabels(all));
    }),
  );
});
