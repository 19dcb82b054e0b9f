import { MxError, parseRecord } from "@mx/cli";
import { readResults } from "@mx/formats";
import { Comparison, Finding, type ScoredTrial } from "@mx/records";
import fc from "fast-check";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compareArms } from "./compare-arms.ts";
import { compareFlags, type CompareFlags } from "./flags.ts";
import { arm, run, runWork, sha, trial } from "./testing-trials.ts";

/** Compares, and checks every record with its schema. */
async function compare(
  records: readonly object[],
  flags: Partial<CompareFlags> = {},
  names: string[] = ["a", "b"],
) {
  const { records: written, ...rest } = await runWork(
    (stdin, context) =>
      compareArms(stdin, { ...compareFlags.parse({}), ...flags }, context, readResults),
    records,
    names,
  );
  const comparisons = written.flatMap((one) =>
    one.type === "comparison" ? [Comparison.parse(one)] : [],
  );
  const findings = written.flatMap((one) => (one.type === "finding" ? [Finding.parse(one)] : []));
  return { comparisons, findings, codes: findings.map(({ code }) => code), ...rest };
}

/** Tasks t00, t01, … with these rewards, one trial each. */
function tasks(rewards: readonly (number | null)[]): Record<string, (number | null)[]> {
  return Object.fromEntries(
    rewards.map((reward, index) => [`t${String(index).padStart(2, "0")}`, [reward]]),
  );
}

function repeat(value: number, times: number): number[] {
  return Array<number>(times).fill(value);
}

/** 30 tasks, of which b loses 10 and wins 2. */
const worse = [
  ...arm("a", tasks([...repeat(1, 10), ...repeat(0, 2), ...repeat(1, 18)])),
  ...arm("b", tasks([...repeat(0, 10), ...repeat(1, 2), ...repeat(1, 18)])),
];

test("binary, one trial: McNemar over the discordant pairs, with the interval of that test", async () => {
  const { comparisons, code, codes } = await compare([run(), ...worse]);
  const [comparison] = comparisons;
  expect(comparison).toMatchObject({
    a: { name: "a", tasks: 30, trials: 30, scored: 30 },
    b: { name: "b", tasks: 30, trials: 30, scored: 30 },
    pairs: 30,
    clusters: null,
    method: "McNemar, exact",
    wins: 2,
    losses: 10,
    ties: 18,
    left_out: {},
    differences: [],
    forced: false,
    gate: null,
    comparisons: 1,
    pass_threshold: null,
  });
  expect(comparison?.p_value).toBeCloseTo(0.03857421875, 12);
  expect(comparison?.p_adjusted).toBe(comparison?.p_value);
  expect(comparison?.difference).toBeCloseTo(-8 / 30, 12);
  expect(comparison?.interval.high).toBeLessThan(0);
  expect(comparison?.smallest_visible).toBeGreaterThan(0.2);
  expect(comparison?.flips.map(({ task_id }) => task_id).slice(-3)).toEqual(["t09", "t10", "t11"]);
  expect(comparison?.flips[0]).toEqual({ task_id: "t00", a: 1, b: 0 });
  expect(code).toBe(0);
  // Images are not known of sandboxes that have none.
  expect(codes).toEqual(["unknown_fingerprint"]);
});

test("several trials: paired by task on their mean, and a few tasks by permutation", async () => {
  const found = await compare([
    ...arm("a", { t1: [1, 1, 0, 0], t2: [0.5], t3: [1, 1] }),
    ...arm("b", { t1: [1, 1, 1, 0], t2: [0.5], t3: [1] }),
  ]);
  expect(found.comparisons[0]).toMatchObject({
    difference: 0.25 / 3,
    p_value: 1,
    method: "sign-flip permutation, exact",
    wins: 1,
    losses: 0,
    ties: 2,
    flips: [{ task_id: "t1", a: 0.5, b: 0.75 }],
  });
});

test.for<[string, Partial<CompareFlags>, string]>([
  ["by itself", {}, "paired t"],
  ["t", { test: "t" }, "paired t"],
  ["permutation", { test: "permutation", seed: 4 }, "sign-flip permutation, 10000 rounds, seed 4"],
  ["passes at a threshold", { passThreshold: 0.5 }, "McNemar, exact"],
])("partial rewards of 40 tasks, the test: %s", async ([, flags, method]) => {
  const values = Array.from({ length: 40 }, (_, index) => ((index * 7) % 10) / 10);
  const others = values.map((value, index) => Math.max(0, value - ((index * 3) % 7) / 20));
  const found = await compare([...arm("a", tasks(values)), ...arm("b", tasks(others))], flags);
  expect(found.comparisons[0]?.method).toBe(method);
  expect(found.comparisons[0]?.p_value).toBeLessThan(0.05);
  expect(found.comparisons[0]?.pass_threshold).toBe(flags.passThreshold ?? null);
});

test("one outlier of many is lopsided: permutation by itself", async () => {
  const a = Array.from({ length: 40 }, (_, index) => 0.5 + (index % 2) / 1000);
  const b = a.map((value, index) => (index === 0 ? 0 : value + ((index % 3) - 1) / 1000));
  const found = await compare([...arm("a", tasks(a)), ...arm("b", tasks(b))]);
  expect(found.comparisons[0]?.method).toContain("permutation");
});

test("McNemar of what is not 0 and 1 is refused", async () => {
  const records = [...arm("a", { t: [0.5] }), ...arm("b", { t: [1] })];
  await expect(compare(records, { test: "mcnemar" })).rejects.toMatchObject({ exitCode: 2 });
});

test("tasks of one cluster count once", async () => {
  const a: ScoredTrial[] = [];
  const b: ScoredTrial[] = [];
  for (let index = 0; index < 100; index++) {
    const cluster = `c${index % 25}`;
    const up = index % 25 < 8;
    const common = { task: `t${index}`, cluster };
    a.push(trial({ ...common, variant: "a", reward: 0 }));
    b.push(trial({ ...common, variant: "b", reward: up ? 1 : 0 }));
  }
  const clustered = await compare([...a, ...b]);
  const ignoring = await compare([...a, ...b], { test: "mcnemar" });
  expect(clustered.comparisons[0]).toMatchObject({ clusters: 25, pairs: 100 });
  expect(clustered.comparisons[0]?.method).toBe("sign-flip permutation of clusters, exact");
  expect(ignoring.comparisons[0]?.method).toBe("McNemar, exact, clusters ignored");
  expect(clustered.comparisons[0]?.p_value).toBeCloseTo(2 / 2 ** 8, 12);
  expect(ignoring.comparisons[0]?.p_value).toBeLessThan(1e-6);
});

test("what is left out, and why; never counted as 0", async () => {
  const records = [
    run({ task_ids: ["t1", "t2", "t3", "t4", "t5"], variants: ["a", "b"] }),
    ...arm("a", { t1: [1], t2: [null], t3: [1], x: [1] }),
    ...arm("b", { t1: [1], t2: [1], y: [0] }),
    trial({ task: "t3", variant: "b", reward: null }),
    trial({ task: "t4", variant: "b", outcome: "cancelled", reward: null }),
  ];
  const { comparisons, code, findings, notes } = await compare(records);
  expect(comparisons[0]).toMatchObject({
    pairs: 1,
    difference: 0,
    left_out: {
      "not scored in a: infra_error": ["t2"],
      "not scored in a: not attempted": ["t4", "t5"],
      "not scored in b: cancelled": ["t4"],
      "not scored in b: no reward": ["t3"],
      "not scored in b: not attempted": ["t5"],
      "only in a": ["x"],
      "only in b": ["y"],
    },
  });
  expect(code).toBe(75);
  const of = (name: string) => findings.find((finding) => finding.code === name);
  // Planned are five each, and what else was run.
  expect(of("lost_trials")?.message).toBe(
    "a lost 3 of 6 trials (infra_error in 1 tasks, not attempted in 2 tasks), " +
      "b lost 3 of 6 trials (cancelled in 1 tasks, no reward in 1 tasks, not attempted in 1 tasks)",
  );
  expect(of("low_coverage")).toMatchObject({ severity: "error" });
  expect(notes).toContain("1 of 7 tasks are scored in both, too few for a verdict");
});

test("one arm lost more than the other, and there is no verdict below the coverage that is wanted", async () => {
  const b = tasks(repeat(1, 50)) as Record<string, (number | null)[]>;
  for (let index = 0; index < 4; index++) b[`t0${index}`] = [null];
  const records = [...arm("a", tasks(repeat(1, 50))), ...arm("b", b)];
  const gate = { failIfWorse: true };
  const short = await compare(records, gate);
  expect(short.code).toBe(75);
  expect(short.comparisons[0]?.gate).toEqual({ kind: "fail-if-worse", margin: 0, passed: null });
  expect(short.findings.find(({ code }) => code === "uneven_loss")).toMatchObject({
    severity: "warning",
    count: 4,
    message: "a lost 0 of 50 trials, b lost 4 of 50 trials (infra_error in 4 tasks)",
  });
  const enough = await compare(records, { ...gate, minCoverage: 0.9 });
  expect(enough.code).toBe(0);
  expect(enough.comparisons[0]?.gate?.passed).toBe(true);
});

test.for([[[run({ variants: ["a"] })]], [[run({ task_ids: ["t1", "t2"] })]], [[]]])(
  "an arm without a trial did not run: 75, and no score of 0",
  async ([runs]) => {
    const found = await compare([...runs!, ...arm("a", { t1: [1], t2: [0] })], { force: true });
    expect(found.code).toBe(75);
    expect(found.comparisons[0]).toMatchObject({
      b: { name: "b", tasks: 0, trials: 0, scored: 0, mean: null },
      pairs: 0,
      difference: null,
      p_value: null,
      p_adjusted: null,
      interval: { low: null, high: null },
      smallest_visible: null,
    });
    const [first] = found.findings;
    expect(first).toMatchObject({ code: "arm_did_not_run", severity: "error" });
    expect(first?.message).toContain("arm b did not run");
  },
);

test("several arms: each with the first, p-values by Holm", async () => {
  const records = [
    ...worse,
    ...arm("c", tasks([...repeat(1, 10), ...repeat(1, 2), ...repeat(1, 18)])),
  ];
  const { comparisons } = await compare(records, {}, ["a", "b", "c"]);
  expect(comparisons.map(({ b }) => b.name)).toEqual(["b", "c"]);
  expect(comparisons.map((one) => one.comparisons)).toEqual([2, 2]);
  // 0.0386 twice; 2 of 2 wins is 0.5.
  expect(comparisons[0]?.p_adjusted).toBeCloseTo(2 * 0.03857421875, 12);
  expect(comparisons[1]?.p_adjusted).toBeCloseTo(0.5, 12);
});

test.for<[string, Partial<CompareFlags>, number, boolean]>([
  ["worse for certain", { failIfWorse: true }, 1, false],
  [
    "worse, but by less than the margin for all that is known",
    { failIfWorse: true, margin: 0.2 },
    0,
    true,
  ],
  ["not shown to be as good", { nonInferior: 0.1 }, 1, false],
  ["as good within half", { nonInferior: 0.5 }, 0, true],
])("gate: %s", async ([, flags, expected, passed]) => {
  const { code, comparisons, notes } = await compare(worse, flags);
  expect([code, comparisons[0]?.gate?.passed]).toEqual([expected, passed]);
  expect(notes.some((note) => note.includes("has failed"))).toBe(!passed);
});

test("five tasks that all tie do not show that b is as good", async () => {
  const records = [...arm("a", tasks(repeat(1, 5))), ...arm("b", tasks(repeat(1, 5)))];
  expect((await compare(records, { nonInferior: 0.05 })).code).toBe(1);
  const partial = [...arm("a", tasks(repeat(0.5, 5))), ...arm("b", tasks(repeat(0.5, 5)))];
  expect((await compare(partial, { nonInferior: 0.05 })).code).toBe(1);
});

test.for<[string, string[], Partial<CompareFlags>]>([
  ["one arm", ["a"], {}],
  ["the same arm twice", ["a", "b", "a"], {}],
  ["two gates", ["a", "b"], { failIfWorse: true, nonInferior: 0.1 }],
  ["a margin without its gate", ["a", "b"], { margin: 0.1 }],
  ["a path that is not there", ["a", "./missing.ndjson"], {}],
  ["several fields to name arms by", ["a", "b"], { by: "variant,model" }],
])("usage: %s", async ([, names, flags]) => {
  await expect(compare(worse, flags, names)).rejects.toMatchObject({ exitCode: 2 });
});

const other = { digest: sha("other"), identity: { name: "judge", version: "2" } };

test.for<[string, Partial<ScoredTrial>, string, string]>([
  ["task", { task_digest: other.digest }, "task differs for 1 of 2 tasks (t2)", "task"],
  [
    "image",
    { image: "py:3.13" },
    "image differs for 1 of 2 tasks (t2): py:3.12 in a, py:3.13 in b",
    "image",
  ],
  [
    "grader",
    { scores: { judge: { value: 1, grader: other.identity } } },
    "grader differs for 1 of 2 tasks (t2): checks 1 in a, judge 2 in b",
    "grader",
  ],
  [
    "served_model",
    { served_model: "m-2026-02" },
    "served model differs: m-2026-01 in a, m-2026-01 and m-2026-02 in b",
    "served_model",
  ],
])("refused, with its name: %s", async ([, changed, message, what]) => {
  const records = [
    ...arm("a", { t1: [1], t2: [1] }, { image: "py:3.12" }),
    ...arm("b", { t1: [1] }, { image: "py:3.12" }),
    trial({ task: "t2", variant: "b", image: "py:3.12", ...changed }),
  ];
  const refused = await compare(records).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(MxError);
  expect(refused).toMatchObject({ code: "not_comparable", exitCode: 65 });
  expect((refused as MxError).message).toContain(message);
  const forced = await compare(records, { force: true });
  expect(forced.comparisons[0]).toMatchObject({ forced: true, differences: [{ what }] });
  expect(forced.codes).toContain("forced_comparison");
});

test("sampling differs between runs, but not by its seed", async () => {
  const runs = (temperature: number) => [
    run({ run_id: "one", variants: ["a"] }),
    run({
      run_id: "two",
      variants: ["b"],
      sampling: { temperature, top_p: null, max_tokens: null, seed: 9 },
    }),
  ];
  const trials = [
    ...arm("a", { t: [1], u: [0] }, { run_id: "one" }),
    ...arm("b", { t: [1], u: [0] }, { run_id: "two" }),
  ];
  await expect(compare([...runs(1), ...trials])).rejects.toThrow(
    "sampling differs: temperature 0 in a, temperature 1 in b",
  );
  expect((await compare([...runs(0), ...trials])).comparisons[0]?.differences).toEqual([]);
});

test("what an arm does not say refuses nothing, and is told", async () => {
  const records = [
    ...arm("a", { t: [1] }, { image: "py:3.12" }),
    ...arm("b", { t: [1] }, { scores: {} }),
  ];
  delete records[1]?.task_digest;
  const { findings, code } = await compare(records);
  expect(code).toBe(0);
  expect(findings).toMatchObject([
    {
      code: "unknown_fingerprint",
      severity: "info",
      message:
        "not known of every trial in both arms, so only compared where it is: content of the tasks, graders, images, sampling",
    },
  ]);
});

test("digests and graders of two systems cannot be the same, so they are unknown", async () => {
  const imported = { ...tasks([1, 0]) };
  const records = [
    ...arm("a", imported, { backend: "tau2", task_digest: sha("x") }),
    ...arm("b", imported, {
      backend: "inspect",
      task_digest: sha("y"),
      scores: {
        match: { value: 1, grader: { name: "match", version: "unknown", digest: sha("z") } },
      },
    }),
  ];
  const { comparisons, codes } = await compare(records);
  expect(comparisons[0]?.differences).toEqual([]);
  expect(codes).toContain("unknown_fingerprint");
});

test("arms are named by variant, else by model, else by --by; of one that mixes both there is no comparing", async () => {
  const of = (model: string, variant: string) => arm(variant, { t: [1], u: [0] }, { model });
  const models = [...of("m1", "x"), ...of("m2", "x")];
  expect((await compare(models, {}, ["m1", "m2"])).comparisons[0]?.pairs).toBe(2);
  const runs = models.map((one) => ({ ...one, run_id: `run of ${one.model}` }));
  const byRun = await compare(runs, { by: "run_id" }, ["run of m1", "run of m2"]);
  expect(byRun.comparisons[0]?.pairs).toBe(2);
  const mixed = [...of("m1", "x"), ...of("m2", "x"), ...of("m1", "y")];
  await expect(compare(mixed, {}, ["x", "y"])).rejects.toMatchObject({
    code: "mixed_arm",
    exitCode: 2,
    message: "x holds 2 arms, not one: m1/x, m2/x (model/variant)",
  });
});

test("a trial without a reward is scored by its checks; a reward that is no number is bad data", async () => {
  const { reward: _reward, ...bare } = trial({ task: "t", variant: "b" });
  const check = { name: "c", kind: "output", weight: 1 };
  const failed = { ...bare, scores: {}, checks: [{ ...check, passed: false }] };
  const found = await compare([...arm("a", { t: [1] }), failed]);
  expect(found.comparisons[0]).toMatchObject({ difference: -1 });
  const bad = { ...trial({ task: "t" }), reward: "1" };
  await expect(compare([bad, ...worse])).rejects.toMatchObject({ exitCode: 65 });
});

test("results that disagree are not scored, copies count once", async () => {
  const records = [
    ...arm("a", { t1: [1], t2: [1] }),
    ...arm("b", { t1: [1], t2: [1] }),
    trial({ task: "t2", variant: "b", reward: 0, run_id: "another" }),
    ...arm("b", { t1: [1] }),
  ];
  const { comparisons, codes, notes } = await compare(records, { force: true });
  expect(comparisons[0]).toMatchObject({
    pairs: 1,
    left_out: { "not scored in b: conflicting results": ["t2"] },
  });
  expect(codes).toContain("conflicting_duplicates");
  expect(notes).toContain("b: 1 attempts were there more than once and count once");
});

test("neither the order of lines, nor lines that come twice, change anything", async () => {
  const reward = fc.constantFrom(0, 1, 0.5, null);
  const rewards = fc.dictionary(
    fc.constantFrom(..."pqrstuvw".split("")),
    fc.array(reward, { minLength: 1, maxLength: 3 }),
    { noNullPrototype: true },
  );
  const given = fc
    .tuple(rewards, rewards)
    .map(([a, b]) => [run({ task_ids: ["p", "q"] }), ...arm("a", a), ...arm("b", b)]);
  const cases = given.chain((list) =>
    fc.tuple(
      fc.constant(list),
      fc
        .subarray(list)
        .chain((twice) =>
          fc.shuffledSubarray([...list, ...twice], { minLength: list.length + twice.length }),
        ),
    ),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ([list, shuffled]) => {
      const first = await compare(list);
      const second = await compare(shuffled);
      expect(JSON.stringify(second.comparisons)).toBe(JSON.stringify(first.comparisons));
      expect(second.findings).toEqual(first.findings);
      expect(second.code).toBe(first.code);
      const swapped = await compare(list, {}, ["b", "a"]);
      expect(swapped.comparisons[0]?.p_value).toBe(first.comparisons[0]?.p_value);
      expect(swapped.comparisons[0]?.wins).toBe(first.comparisons[0]?.losses);
      const { difference, interval } = first.comparisons[0]!;
      if (difference === null || interval.low === null || interval.high === null) return;
      expect(interval.low <= difference && difference <= interval.high).toBe(true);
      expect(interval.low >= -1 && interval.high <= 1).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test("arms from files, and from a file and stdin", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mx-compare-"));
  try {
    const lines = (records: readonly object[]) =>
      records.map((record) => `${JSON.stringify(record)}\n`).join("");
    const [a, b] = [join(folder, "a.ndjson"), join(folder, "b.ndjson")];
    await writeFile(a, lines(worse.filter(({ variant }) => variant === "a")));
    await writeFile(b, lines(worse.filter(({ variant }) => variant === "b")));
    const expected = (await compare(worse)).comparisons[0]!;
    const files = await compare([], {}, [a, b]);
    expect(files.comparisons[0]).toEqual({
      ...expected,
      a: { ...expected.a, name: a },
      b: { ...expected.b, name: b },
    });
    expect((await compare(worse, {}, [a, "b"])).comparisons[0]?.p_value).toBe(expected.p_value);
    const piped = worse.filter(({ variant }) => variant === "b");
    expect((await compare(piped, {}, [a, "-"])).comparisons[0]?.p_value).toBe(expected.p_value);
    const both = join(folder, "both.ndjson");
    await writeFile(both, lines(worse));
    await expect(compare([], {}, [both, b])).rejects.toMatchObject({ code: "mixed_arm" });
  } finally {
    await rm(folder, { recursive: true });
  }
});

const data = join(import.meta.dirname, "../../../../../shared/data/tau-bench");

test.skipIf(!existsSync(data))(
  "published results of tau-bench: half of the trials against the other half",
  async () => {
    const read: ScoredTrial[] = [];
    for await (const record of readResults(join(data, "gpt-4o-airline.json"))) {
      if (record.type === "trial") read.push(record as unknown as ScoredTrial);
    }
    expect(read).toHaveLength(200);
    // Lines as a pipe would bring them.
    const records = read.map((one) => {
      const half = { ...one, variant: one.trial < 2 ? "a" : "b", trial: one.trial % 2 };
      return parseRecord(JSON.stringify(half), { source: "stdin", line: 1 });
    });
    const { comparisons } = await compare(records);
    expect(comparisons[0]).toMatchObject({ pairs: 50, left_out: {}, differences: [] });
    expect(comparisons[0]?.a.mean).toBeCloseTo(0.84 - (comparisons[0]?.b.mean ?? 0), 12);
    expect(comparisons[0]?.p_value).toBeGreaterThan(0.05);
  },
);
