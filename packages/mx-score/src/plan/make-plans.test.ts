import { readResults } from "@mx/formats";
import { Plan } from "@mx/records";
import { Random } from "@mx/stats";
import { expect, test } from "vitest";
import { arm, runWork } from "../compare/testing-trials.ts";
import { planFlags, type PlanFlags } from "./flags.ts";
import { makePlans } from "./make-plans.ts";

async function plan(
  flags: Partial<PlanFlags>,
  records: readonly object[] = [],
  paths: string[] = [],
) {
  const { records: written, ...rest } = await runWork(
    (stdin, context) =>
      makePlans(stdin, { ...planFlags.parse({}), ...flags }, context, readResults),
    records,
    paths,
  );
  return { plans: written.map((record) => Plan.parse(record)), ...rest };
}

const spread = { omega: Math.sqrt(1 / 9), sigma: Math.sqrt(1 / 6) };

test.for([
  [1, 3876],
  [10, 1260],
] as const)("3 points with %d trials take %d tasks", async ([trials, tasks]) => {
  const { plans, code, notes } = await plan({ ...spread, effect: 0.03, trials });
  expect(plans).toMatchObject([{ effect: 0.03, tasks, trials, total_trials: 2 * tasks * trials }]);
  expect([code, notes]).toEqual([0, []]);
});

test("198 tasks show 13.3 points with one trial and 7.6 with ten", async () => {
  const one = await plan({ ...spread, tasks: 198, trials: 1 });
  const ten = await plan({ ...spread, tasks: 198, trials: 10 });
  expect(one.plans[0]?.effect.toFixed(3)).toBe("0.133");
  expect(ten.plans[0]?.effect.toFixed(3)).toBe("0.076");
});

test("an effect alone, and tasks alone: a plan for 1, 2, 4 and 8 trials", async () => {
  const effect = await plan({ ...spread, effect: 0.05 });
  expect(effect.plans.map(({ trials }) => trials)).toEqual([1, 2, 4, 8]);
  const tasks = effect.plans.map((one) => one.tasks);
  expect(tasks).toEqual([...tasks].sort((a, b) => b - a));
  const seen = await plan({ ...spread, tasks: 100 });
  expect(seen.plans.map((one) => one.tasks)).toEqual([100, 100, 100, 100]);
});

test("trials from effect and tasks; where none suffice, it says so and how many tasks would do", async () => {
  const found = await plan({ ...spread, effect: 0.08, tasks: 198 });
  expect(found.plans).toMatchObject([{ tasks: 198, trials: 7 }]);
  const again = await plan({ ...spread, tasks: 198, trials: 7 });
  expect(again.plans[0]?.effect).toBeLessThanOrEqual(0.08);
  const hopeless = await plan({ ...spread, effect: 0.03, tasks: 198 });
  expect(hopeless.notes[0]).toBe(
    "no number of trials shows a difference of 0.03 with 198 tasks: it stays above 0.0664, because tasks differ " +
      "that much; more tasks are needed",
  );
  expect(hopeless.plans.map(({ trials }) => trials)).toEqual([1, 2, 4, 8]);
  const all = await plan({ ...spread, effect: 0.03, tasks: 198, trials: 10 });
  expect(all.notes).toEqual([
    "198 tasks with 10 trials each cannot show a difference of 0.03: the smallest that they show is 0.0757; 1260 tasks would",
  ]);
  expect(all.plans).toMatchObject([{ tasks: 1260, trials: 10 }]);
});

test("from a mean alone: the worst case, which is that of two unrelated arms, and trials do not help", async () => {
  const { plans } = await plan({ mean: 0.5, effect: 0.05 });
  // (1.95996 + 0.84162)^2 * 2 * 0.25 / 0.05^2 = 1569.8
  expect(plans.map(({ tasks }) => tasks)).toEqual([1570, 1570, 1570, 1570]);
  expect(plans[0]?.source).toContain("worst case");
  const alike = await plan({ mean: 0.5, sigma: 0.5, effect: 0.05, trials: 2 });
  expect(alike.plans[0]).toMatchObject({ omega: 0, tasks: 785 });
  const given = await plan({ mean: 0.5, omega: 0.3, effect: 0.05, trials: 1 });
  expect(given.plans[0]?.sigma_a).toBeCloseTo(Math.sqrt(0.25 - 0.045), 12);
});

/** Two arms whose tasks have chances of their own, and what they truly vary by. */
function simulate(tasks: number, trials: number) {
  const random = new Random(5);
  const rewards = { a: {} as Record<string, number[]>, b: {} as Record<string, number[]> };
  let squares = 0;
  let within = 0;
  for (let task = 0; task < tasks; task++) {
    const chance = 0.2 + 0.6 * random.next();
    const shift = 0.4 * (random.next() - 0.5);
    squares += shift ** 2 / tasks;
    within += (chance * (1 - chance)) / tasks;
    const draw = (p: number) => Array.from({ length: trials }, () => (random.next() < p ? 1 : 0));
    rewards.a[`t${task}`] = draw(chance);
    rewards.b[`t${task}`] = draw(chance + shift);
  }
  return { rewards, omega: Math.sqrt(squares), sigma: Math.sqrt(within) };
}

test("from two arms: omega and sigma near the truth; from one: omega at its worst", async () => {
  const { rewards, omega, sigma } = simulate(3000, 6);
  const a = arm("a", rewards.a);
  const two = await plan({ effect: 0.05 }, [...a, ...arm("b", rewards.b)]);
  expect(two.plans[0]?.omega).toBeCloseTo(omega, 1);
  expect(two.plans[0]?.sigma_a).toBeCloseTo(sigma, 2);
  expect(two.plans[0]?.source).toBe("estimated from a and b");
  const one = await plan({ effect: 0.05 }, a);
  expect(one.plans[0]?.sigma_a).toBeCloseTo(sigma, 2);
  // Chances are uniform over 0.6.
  expect(one.plans[0]?.omega).toBeCloseTo(Math.sqrt((2 * 0.36) / 12), 1);
  expect(one.plans[0]?.source).toContain("worst case");
  const replaced = await plan({ effect: 0.05, omega: 0.1 }, a);
  expect(replaced.plans[0]?.omega).toBe(0.1);
});

test("one trial each: all is taken for omega, which is right for one trial", async () => {
  const { rewards } = simulate(2000, 1);
  const { plans } = await plan({ effect: 0.05, trials: 1 }, [
    ...arm("a", rewards.a),
    ...arm("b", rewards.b),
  ]);
  expect(plans[0]).toMatchObject({ sigma_a: 0, sigma_b: 0 });
  const differences = Object.keys(rewards.a).map((id) => rewards.b[id]![0]! - rewards.a[id]![0]!);
  const centre = differences.reduce((sum, d) => sum + d, 0) / differences.length;
  const variance =
    differences.reduce((sum, d) => sum + (d - centre) ** 2, 0) / (differences.length - 1);
  expect(plans[0]?.omega).toBeCloseTo(Math.sqrt(variance), 9);
});

test("the tasks of the results are those that there are", async () => {
  const { rewards } = simulate(50, 4);
  const records = [...arm("a", rewards.a), ...arm("b", rewards.b)];
  const { notes } = await plan({ effect: 0.02 }, records);
  expect(notes[0]).toMatch(/^50 tasks with 8 trials each cannot show a difference of 0.02/);
  const seen = await plan({}, records);
  expect(seen.plans.map(({ tasks }) => tasks)).toEqual([50, 50, 50, 50]);
  const clustered = records.map((record) => ({ ...record, cluster: record.task_id.slice(0, 2) }));
  expect((await plan({}, clustered)).notes[0]).toContain("tasks share clusters");
});

test.for<[string, Partial<PlanFlags>, object[], string[], number]>([
  ["neither effect nor tasks", { mean: 0.5 }, [], [], 2],
  ["nothing on stdin", { effect: 0.1 }, [], [], 2],
  ["no spread at all", { effect: 0.1, omega: 0, sigma: 0 }, [], [], 2],
  ["a mean and results", { effect: 0.1, mean: 0.5 }, [], ["x"], 2],
  ["a sigma that passes cannot have", { effect: 0.1, mean: 0.5, sigma: 0.6 }, [], [], 2],
  ["an effect too small to count", { effect: 1e-12, mean: 0.5 }, [], [], 2],
  ["a path that is not there", { effect: 0.1 }, [], ["missing.ndjson"], 2],
  ["one task", { effect: 0.1 }, arm("a", { t: [1, 0] }), [], 65],
  [
    "three arms",
    { effect: 0.1 },
    ["a", "b", "c"].flatMap((name) => arm(name, { t: [1], u: [0] })),
    [],
    2,
  ],
])("refused: %s", async ([, flags, records, paths, exitCode]) => {
  await expect(plan(flags, records, paths)).rejects.toMatchObject({ exitCode });
});

test("the order of lines changes nothing", async () => {
  const { rewards } = simulate(40, 3);
  const records = [...arm("a", rewards.a), ...arm("b", rewards.b)];
  const reversed = await plan({ effect: 0.05 }, [...records].reverse());
  expect(reversed).toEqual(await plan({ effect: 0.05 }, [...records, ...records]));
});
