import { expect, test } from "vitest";
import { manskiBounds } from "./manski-bounds.ts";
import { mean } from "./mean.ts";
import { pairedProportionsInterval } from "./paired-proportions-interval.ts";
import { Random } from "./random.ts";
import { rerunInterval } from "./rerun-interval.ts";
import { taskMeanInterval } from "./task-mean-interval.ts";

/** A task's chance to be solved: uniform between 0 and 1, bent so that the mean over all tasks is `truth`. */
function difficulty(random: Random, truth: number): number {
  return random.next() ** (1 / truth - 1);
}

function trials(random: Random, chance: number, count: number): number[] {
  return Array.from({ length: count }, () => (random.next() < chance ? 1 : 0));
}

test.for([
  [0.2, 100, 1],
  [0.5, 100, 1],
  [0.85, 150, 1],
  [0.3, 100, 2],
  [0.5, 200, 2],
  [0.3, 150, 4],
  [0.7, 200, 4],
] as const)(
  "intervals at 0.95 hold a true mean of %d in 93 to 97 of 100: %d tasks x %d",
  ([truth, tasks, count]) => {
    const random = new Random(31);
    const rounds = 3000;
    let held = 0;
    for (let round = 0; round < rounds; round++) {
      const values = Array.from({ length: tasks }, () =>
        mean(trials(random, difficulty(random, truth), count))!,
      );
      const { low, high } = taskMeanInterval(values);
      if (low! <= truth && truth <= high!) held += 1;
    }
    expect(held / rounds).toBeGreaterThan(0.93);
    expect(held / rounds).toBeLessThan(0.97);
  },
);

test("so do clustered ones, where intervals that ignore the clusters do not", () => {
  const random = new Random(32);
  const rounds = 2000;
  const held = { clustered: 0, ignoring: 0, bootstrap: 0 };
  for (let round = 0; round < rounds; round++) {
    const values: number[] = [];
    const clusters: string[] = [];
    for (let cluster = 0; cluster < 40; cluster++) {
      const chance = random.next();
      for (let task = 0; task < 1 + (cluster % 5); task++) {
        values.push(mean(trials(random, chance, 2))!);
        clusters.push(String(cluster));
      }
    }
    const holds = ({ low, high }: ReturnType<typeof taskMeanInterval>) =>
      low! <= 0.5 && 0.5 <= high! ? 1 : 0;
    held.clustered += holds(taskMeanInterval(values, { clusters }));
    held.ignoring += holds(taskMeanInterval(values));
    if (round < 500) {
      const bootstrap = { seed: round, rounds: 300 };
      held.bootstrap += holds(taskMeanInterval(values, { clusters, bootstrap }));
    }
  }
  expect(held.clustered / rounds).toBeGreaterThan(0.93);
  expect(held.clustered / rounds).toBeLessThan(0.97);
  expect(held.ignoring / rounds).toBeLessThan(0.9);
  // A percentile bootstrap of 40 clusters is known to be a little narrow.
  expect(held.bootstrap / 500).toBeGreaterThan(0.9);
});

test("rerun intervals hold the mean chance of these tasks, and are narrower", () => {
  const random = new Random(33);
  const rounds = 2000;
  let held = 0;
  let narrower = 0;
  for (let round = 0; round < rounds; round++) {
    const chances = Array.from({ length: 100 }, () => difficulty(random, 0.5));
    const tasks = chances.map((chance) => trials(random, chance, 4));
    const again = rerunInterval(tasks);
    const fresh = taskMeanInterval(tasks.map((rewards) => mean(rewards)!));
    const truth = mean(chances)!;
    if (again.low! <= truth && truth <= again.high!) held += 1;
    if (again.high! - again.low! < fresh.high! - fresh.low!) narrower += 1;
  }
  expect(held / rounds).toBeGreaterThan(0.93);
  expect(held / rounds).toBeLessThan(0.97);
  expect(narrower).toBe(rounds);
});

test.for([
  [0.5, 100, 4],
  [0.3, 150, 2],
  [0.7, 100, 1],
] as const)(
  "one in five trials fails for infrastructure, harder tasks more often: the bounds hold the truth (mean %d, %d tasks x %d)",
  ([truth, taskCount, count]) => {
    const random = new Random(34);
    const rounds = 1000;
    let held = 0;
    let failed = 0;
    let excluded = 0;
    for (let round = 0; round < rounds; round++) {
      const chances = Array.from({ length: taskCount }, () => difficulty(random, truth));
      let unseen = 0;
      const means: number[] = [];
      const tasks = [];
      for (const chance of chances) {
        // One in five over all tasks, in proportion to how hard the task is.
        const failure = (0.2 * (1 - chance)) / (1 - truth);
        const rewards = trials(random, chance, count).filter(() => random.next() >= failure);
        failed += count - rewards.length;
        if (rewards.length === 0) {
          unseen += 1;
          continue;
        }
        means.push(mean(rewards)!);
        const rewardSum = rewards.reduce((sum, reward) => sum + reward, 0);
        tasks.push({ rewardSum, scored: rewards.length, planned: count });
      }
      const { low, high } = manskiBounds(tasks, unseen);
      const average = mean(chances)!;
      if (low! <= average && average <= high!) held += 1;
      excluded += (mean(means)! - average) / rounds;
    }
    expect(failed / (rounds * taskCount * count)).toBeCloseTo(0.2, 2);
    // What leaving the missing ones out does: the estimate is too good, most so where no trial of a task is left.
    expect(excluded).toBeGreaterThan(count === 1 ? 0.02 : 0.001);
    expect(held / rounds).toBeGreaterThanOrEqual(0.95);
  },
);

test.for([
  ["nothing is missing", [{ rewardSum: 1, scored: 2, planned: 2 }], 0, 0.5, 0.5],
  ["a trial is missing", [{ rewardSum: 1, scored: 1, planned: 2 }], 0, 0.5, 1],
  ["a task is missing", [{ rewardSum: 2, scored: 2, planned: 2 }], 1, 0.5, 1],
  ["more is there than was planned", [{ rewardSum: 3, scored: 4, planned: 2 }], 0, 0.75, 0.75],
  ["nothing of a task", [{ rewardSum: 0, scored: 0, planned: 3 }], 0, 0, 1],
  ["no tasks", [], 0, null, null],
] as const)("bounds: %s", ([, tasks, unseen, low, high]) => {
  expect(manskiBounds(tasks, unseen)).toEqual({ low, high });
});

test.for([
  [40, 0.05],
  [60, 0.2],
  [200, 0],
] as const)(
  "score intervals of %d paired passes hold a true difference of %d",
  ([tasks, difference]) => {
    const random = new Random(35);
    const rounds = 3000;
    let held = 0;
    for (let round = 0; round < rounds; round++) {
      let wins = 0;
      let losses = 0;
      for (let task = 0; task < tasks; task++) {
        // Both arms find the same tasks hard.
        const chance = random.next() * (1 - difference);
        const a = random.next() < chance;
        const b = random.next() < chance + difference;
        if (b && !a) wins += 1;
        if (a && !b) losses += 1;
      }
      const { low, high } = pairedProportionsInterval(wins, losses, tasks);
      if (low! <= difference && difference <= high!) held += 1;
    }
    expect(held / rounds).toBeGreaterThan(0.93);
    expect(held / rounds).toBeLessThan(0.97);
  },
);
