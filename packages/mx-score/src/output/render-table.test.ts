import { expect, test } from "vitest";
import {
  attribution,
  comparison,
  finding,
  partialSummary,
  plan,
  summary,
  unknownSummary,
} from "./testing-records.ts";
import { rendered } from "./testing-render.ts";

test("one group in 60 columns", async () => {
  expect(await rendered([summary()], { width: 60 })).toMatchInlineSnapshot(`
    "model   variant   mean reward           pass^4
    gpt-4o  baseline  0.420 [0.300, 0.540]   0.200

    pass: reward >= 1
    [low, high]: 95 % interval, t over tasks
    graders: checks 1
    if these tasks were run again: [0.370, 0.470], 95 %
    interval, normal within tasks
    "
  `);
});

test("one group in 80 columns", async () => {
  expect(await rendered([summary()])).toMatchInlineSnapshot(`
    "model   variant   coverage  mean reward            0         1   pass^1  pass^4
    gpt-4o  baseline     100 %  0.420 [0.300, 0.540]  ▕███▓▋┤     ▏   0.420   0.200

    pass: reward >= 1
    [low, high]: 95 % interval, t over tasks
    graders: checks 1
    if these tasks were run again: [0.370, 0.470], 95 % interval, normal within
    tasks
    "
  `);
});

test("one group in 120 columns", async () => {
  expect(await rendered([summary()], { width: 120 })).toMatchInlineSnapshot(`
    "model   variant   scored  coverage  mean reward            0               1   pass^1  pass^2  pass^4  pass@4       cost
    gpt-4o  baseline     200     100 %  0.420 [0.300, 0.540]  ▕█████▓▓▏┤        ▏   0.420   0.273   0.200   0.700  $1,234.50

    pass: reward >= 1
    [low, high]: 95 % interval, t over tasks
    graders: checks 1
    if these tasks were run again: [0.370, 0.470], 95 % interval, normal within tasks
    "
  `);
});

test("columns go one after the other, the least important first, and do not come back", async () => {
  const gone: string[] = [];
  let last: string[] = [];
  for (let width = 220; width >= 20; width -= 1) {
    const text = await rendered([partialSummary()], { width });
    // From here on there are but names and the mean.
    if (text.split("\n")[0]?.includes("…") === true) break;
    // A bar's scale is its header.
    const header = (text.split("\n")[0] ?? "").replace(/ 0 +1 /, " bar ");
    const names = header.trim().split(/ {2,}| (?=bar|pass|cost)/);
    for (const name of last) {
      if (name === "mean reward" ? names.includes("mean") : !names.includes(name)) gone.push(name);
    }
    last = names;
  }
  expect(gone).toEqual([
    "p90 time",
    "tokens in / out",
    "planned",
    "p50 time",
    "tasks",
    "pass@2",
    "scored",
    "pass^2",
    "bounds",
    "cost",
    "pass@4",
    "pass^1",
    "coverage",
    "bar",
    "pass^4",
    "mean reward",
  ]);
});

test("too little is scored, and not everything is completed", async () => {
  expect(await rendered([partialSummary()])).toMatchInlineSnapshot(`
    "model             variant  coverage  mean reward            0         1   pass^4
    qwen3-4b…ct-2507  +skills      83 %  0.610 [0.450, 0.770]  ▕█████▓▊┤   ▏       -

    no verdict: 83 of 100 scored (83 %), needs 95 %; with the missing ones the mean
    reward is between 0.506 and 0.676
    pass: reward >= 1
    [low, high]: 95 % interval, t over tasks
    graders: checks 1, judge 2 (01234567)
    k = 2: 22 of 25 tasks have as many scored trials
    k = 4: 12 of 25 tasks have as many scored trials
    if these tasks were run again: [0.370, 0.470], 95 % interval, normal within
    tasks
    grading cost: $0.012

    model                   variant  completed  timeout  infra_error  conflicts
    qwen3-4b-instruct-2507  +skills         80        3           29          7

    model                   variant  grader  mean score  scored  missing
    qwen3-4b-instruct-2507  +skills  checks       0.700      90        0
    qwen3-4b-instruct-2507  +skills  judge        0.500      83        7
    "
  `);
});

test("too little is scored, in ASCII and 120 columns", async () => {
  expect(await rendered([summary(), partialSummary()], { width: 120, unicode: false }))
    .toMatchInlineSnapshot(`
    "model                   variant   coverage  mean reward            0               1   pass^1  pass^4  pass@4       cost
    gpt-4o                  baseline     100 %  0.420 [0.300, 0.540]  [#####==-|        ]   0.420   0.200   0.700  $1,234.50
    qwen3-4b-instruct-2507  +skills       83 %  0.610 [0.450, 0.770]  [########==--|    ]   0.610       -       -          -

    qwen3-4b-instruct-2507 +skills: no verdict: 83 of 100 scored (83 %), needs 95 %; with the missing ones the mean reward
    is between 0.506 and 0.676
    pass: reward >= 1
    [low, high]: 95 % interval, t over tasks
    gpt-4o baseline: graders: checks 1
    qwen3-4b-instruct-2507 +skills: graders: checks 1, judge 2 (01234567)
    qwen3-4b-instruct-2507 +skills: k = 2: 22 of 25 tasks have as many scored trials
    qwen3-4b-instruct-2507 +skills: k = 4: 12 of 25 tasks have as many scored trials
    if these tasks were run again: [0.370, 0.470], 95 % interval, normal within tasks
    qwen3-4b-instruct-2507 +skills: grading cost: $0.012

    model                   variant   attempts  completed  timeout  infra_error  conflicts
    gpt-4o                  baseline       200        200        0            0          0
    qwen3-4b-instruct-2507  +skills        112         80        3           29          7

    model                   variant   grader  mean score  scored  missing
    gpt-4o                  baseline  checks       0.420     200        0
    qwen3-4b-instruct-2507  +skills   checks       0.700      90        0
    qwen3-4b-instruct-2507  +skills   judge        0.500      83        7
    "
  `);
});

test("nothing is known", async () => {
  expect(await rendered([unknownSummary()])).toMatchInlineSnapshot(`
    "model  variant   scored  coverage  mean reward   0             1   pass^1  cost
    -      baseline       0         -  -            -                       -     -

    no verdict: 0 of 0 scored (-), needs 95 %
    pass: reward >= 1
    grading cost: -
    "
  `);
});

test("a summary without the fields that were added later", async () => {
  const {
    min_coverage: _a,
    complete: _b,
    graders: _c,
    scores: _d,
    clusters: _e,
    rerun_interval: _f,
    pass_at_k_interval: _g,
    pass_hat_k_interval: _h,
    grading_cost_usd: _i,
    ...old
  } = partialSummary();
  expect(await rendered([old])).toMatchInlineSnapshot(`
    "model             variant  coverage  mean reward            0         1   pass^4
    qwen3-4b…ct-2507  +skills      83 %  0.610 [0.450, 0.770]  ▕█████▓▊┤   ▏       -

    17 of 100 trials are not scored; with the missing ones the mean reward is
    between 0.506 and 0.676
    pass: reward >= 1
    [low, high]: 95 % interval, t over tasks
    k = 2: 22 of 25 tasks have as many scored trials
    k = 4: 12 of 25 tasks have as many scored trials

    model                   variant  completed  timeout  infra_error  conflicts
    qwen3-4b-instruct-2507  +skills         80        3           29          7
    "
  `);
});

test("rewards that may be negative have a scale of their own, and 0 on it", async () => {
  const method = "t over tasks";
  const text = await rendered([
    summary({
      mean_reward: -1.3,
      mean_reward_interval: { low: -2.1, high: 0.4, level: 0.95, method },
    }),
    summary({
      group: { model: "gpt-5", variant: "baseline" },
      mean_reward: 3.3,
      mean_reward_interval: { low: 2.1, high: 4.4, level: 0.95, method },
    }),
  ]);
  expect(text.split("\n").slice(0, 3).join("\n")).toMatchInlineSnapshot(`
    "model   variant   coverage  mean reward              -2.5 0          5   pass^4
    gpt-4o  baseline     100 %  -1.300 [-2.100, 0.400]  ▕ ├─●─┼┤          ▏   0.200
    gpt-5   baseline     100 %  3.300 [2.100, 4.400]    ▕     │    ├─●──┤ ▏   0.200"
  `);
});

test("coverage that is almost enough is not shown as if it were enough", async () => {
  const text = await rendered([
    { ...partialSummary(), planned: 1000, scored: 949, coverage: 0.949 },
  ]);
  expect(text).toContain("no verdict: 949 of 1,000 scored (94.9 %), needs 95 %");
});

test("findings, the worst first", async () => {
  const text = await rendered([
    finding({ severity: "info", code: "b", message: "of no group" }),
    finding(),
    finding({
      severity: "error",
      code: "conflicting_duplicates",
      message: "13 trials disagree",
      trials: Array.from({ length: 13 }, (_, n) => ({ task_id: `airline ${n}`, trial: 1 })),
    }),
    finding(),
  ]);
  expect(text).toMatchInlineSnapshot(`
    "Findings
    ✗ error    conflicting_duplicates · gpt-4o baseline: 13 trials disagree
               (airline 0 #1, airline 1 #1, airline 2 #1 … and 10 more)
    ! warning  missing_trials · gpt-4o baseline: 17 of 100 planned trials have no
               result
    - info     b · gpt-4o baseline: of no group
    "
  `);
});

test("many findings are counted", async () => {
  const many = Array.from({ length: 1053 }, (_, n) => finding({ message: `finding ${n}` }));
  const lines = (await rendered(many)).trimEnd().split("\n");
  expect(lines).toHaveLength(52);
  expect(lines.at(-1)).toBe("… and 1,003 more");
});

test("a comparison", async () => {
  expect(await rendered([comparison()])).toMatchInlineSnapshot(`
    "a         b        difference                -0.2         0          0.2       p
    baseline  +skills  +0.080 [-0.010, +0.170]  ▕            ├┼────●─────┤  ▏  0.080

    a                 baseline: 52 tasks, 208 trials, 205 scored, mean 0.420
    b                 +skills: 50 tasks, 200 trials, 200 scored, mean 0.500
    test              sign-flip permutation, 10000 draws, two-sided, 50 pairs:
                      p = 0.080
    interval          95 %, paired t · rewards as they are
    b against a       wins 25, losses 17, ties 8
    smallest visible  a difference of 0.130, at 80 % power with as many pairs as
                      noisy as these
    left out          only in a: 2 (extra-1, extra-2)

    flipped task      a      b   b - a
    task-0        1.000  0.000  -1.000
    task-1        1.000  0.050  -0.950
    task-2        1.000  0.100  -0.900
    task-3        1.000  0.150  -0.850
    task-4        1.000  0.200  -0.800
    task-5        1.000  0.250  -0.750
    task-6        1.000  0.300  -0.700
    task-7        1.000  0.350  -0.650
    task-8        1.000  0.400  -0.600
    task-9        1.000  0.450  -0.550
    … and 32 more
    "
  `);
});

test("several comparisons, with a gate, forced, in 60 columns", async () => {
  const several = [
    comparison({
      comparisons: 2,
      p_adjusted: 0.16,
      flips: [],
      forced: true,
      differences: [{ what: "served_model", a: "x-1", b: "x-2", tasks: ["t1", "t2"] }],
      gate: { kind: "non-inferior", margin: 0.02, passed: true },
    }),
    comparison({
      comparisons: 2,
      b: { name: "+mcp", tasks: 0, trials: 0, scored: 0, mean: null },
      pairs: 0,
      difference: null,
      interval: { low: null, high: null, level: 0.95, method: "none" },
      p_value: null,
      p_adjusted: null,
      wins: 0,
      losses: 0,
      ties: 0,
      smallest_visible: null,
      flips: [],
      left_out: {},
      gate: { kind: "non-inferior", margin: 0.02, passed: null },
    }),
  ];
  expect(await rendered(several, { width: 60 })).toMatchInlineSnapshot(`
    "a         b        difference               gate
    baseline  +skills  +0.080 [-0.010, +0.170]  PASS
    baseline  +mcp     -                        no verdict

    +skills against baseline
    gate              PASS: non-inferior, margin 0.02
    forced            served model: x-1 in a, x-2 in b (t1, t2)
    a                 baseline: 52 tasks, 208 trials, 205
                      scored, mean 0.420
    b                 +skills: 50 tasks, 200 trials, 200 scored,
                      mean 0.500
    test              sign-flip permutation, 10000 draws,
                      two-sided, 50 pairs: p = 0.080, 0.160 by
                      Holm over 2 comparisons
    interval          95 %, paired t · rewards as they are
    b against a       wins 25, losses 17, ties 8
    smallest visible  a difference of 0.130, at 80 % power with
                      as many pairs as noisy as these
    left out          only in a: 2 (extra-1, extra-2)

    +mcp against baseline
    gate              no verdict: non-inferior, margin 0.02 (too
                      little is scored)
    a                 baseline: 52 tasks, 208 trials, 205
                      scored, mean 0.420
    b                 +mcp: 0 tasks, 0 trials, 0 scored, mean -
    test              sign-flip permutation, 10000 draws,
                      two-sided, 0 pairs: p = -, - by Holm over
                      2 comparisons
    interval          95 %, none · rewards as they are
    b against a       wins 0, losses 0, ties 0
    smallest visible  - (too few pairs to say which difference
                      could be seen)
    "
  `);
});

test("plans", async () => {
  expect(await rendered([plan(), plan({ effect: 0.1, tasks: 309 })])).toMatchInlineSnapshot(`
    "effect  tasks  trials each  total trials  power  alpha  omega  sigma a  sigma b
     0.050  1,234            4         9,872   80 %  0.050  0.300    0.350    0.350
     0.100    309            4         9,872   80 %  0.050  0.300    0.350    0.350

    effect: the smallest true difference of the means that is seen at this power
    tasks: in both arms · trials each: per task and arm · total: of both arms
    omega and sigma: estimated from both arms
    "
  `);
});

test("who was at fault", async () => {
  const text = await rendered([
    attribution(),
    attribution({ key: "1", fault_type: "goal_partially_completed" }),
    attribution({ key: "2", author: "user", fault_type: null }),
    attribution({ key: "3", author: null, fault_type: null, cost_usd: null }),
    attribution(),
    attribution({ key: "4", model: null }),
  ]);
  expect(text).toMatchInlineSnapshot(`
    "Who was at fault
    model   variant   at fault  trials  share   0                             1
    gpt-4o  baseline  agent          2   50 %  ▕███████████████▌               ▏
    gpt-4o  baseline  user           1   25 %  ▕███████▊                       ▏
    gpt-4o  baseline  not read       1   25 %  ▕███████▊                       ▏
    -       baseline  agent          1  100 %  ▕███████████████████████████████▏

    What the agent did wrong
    model   variant   fault                     trials  share   0                 1
    gpt-4o  baseline  called wrong tool              1   50 %  ▕█████████▌         ▏
    gpt-4o  baseline  goal partially completed       1   50 %  ▕█████████▌         ▏
    -       baseline  called wrong tool              1  100 %  ▕███████████████████▏

    failed trials: 5 · not read: the judge's reply could not be read · cost of
    judging: -
    "
  `);
});

test("nothing to show", async () => {
  expect(await rendered([])).toBe("nothing to sum up: 0 trials\n");
  expect(await rendered([{ type: "trial" }, { type: "run" }, { type: "other" }])).toBe(
    "nothing to sum up: 1 trials\n",
  );
});

test("records that only passed through and are not as they should be are counted", async () => {
  const text = await rendered([plan(), { type: "plan" }, { type: "finding", severity: 3 }]);
  expect(text).toContain("1,234");
  expect(text).toContain("\nnot shown: 2 records with fields that are not valid\n");
});

test("colours say what is good and bad, and change nothing else", async () => {
  const records = [
    summary(),
    partialSummary(),
    comparison({ gate: { kind: "fail-if-worse", margin: 0, passed: false } }),
    finding({ severity: "error" }),
  ];
  const coloured = await rendered(records, { colour: true });
  expect(coloured).toContain("\u001b[31mFAIL\u001b[0m");
  expect(coloured).toContain("\u001b[33mqwen3-4b-instruct-2507 +skills: no verdict");
  // oxlint-disable-next-line no-control-regex -- the colours are what is looked for
  const plain = coloured.replaceAll(/\u001b\[\d+m/g, "");
  expect(plain).toBe(await rendered(records));
});
