import { expect, test } from "vitest";
import { parseCsv } from "./testing-csv.ts";
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

const markdown = { format: "markdown" } as const;

/** The CSV of some records as objects by column. */
async function csv(records: readonly object[]): Promise<Record<string, string>[]> {
  const [header = [], ...rows] = parseCsv(await rendered(records, { format: "csv" }));
  return rows.map((row) => Object.fromEntries(header.map((name, n) => [name, row[n] ?? ""])));
}

test("Markdown of summaries and findings", async () => {
  expect(await rendered([summary(), partialSummary(), finding()], markdown)).toMatchInlineSnapshot(`
    "| model | variant | tasks | planned | scored | coverage | mean reward | bounds | pass^1 | pass^2 | pass^4 | pass@2 | pass@4 | cost | tokens in / out | p50 time | p90 time |
    | --- | --- | --: | --: | --: | --: | --- | --: | --: | --: | --- | --: | --: | --: | --: | --: | --: |
    | \`gpt-4o\` | \`baseline\` | 50 | 200 | 200 | 100 % | 0.420 \\[0.300, 0.540\\] |  | 0.420 | 0.273 | 0.200 \\[0.100, 0.310\\] | 0.570 | 0.700 | \\$1,234.50 | 4.56M / 123k | 12.3 s | 1 min 5 s |
    | \`qwen3-4b-instruct-2507\` | \`+skills\` | 25 | 100 | 83 | 83 % | 0.610 \\[0.450, 0.770\\] | \\[0.506, 0.676\\] | 0.610 | - | - | - | - | - | 4.56M / 123k | 12.3 s | 1 min 5 s |

    - qwen3-4b-instruct-2507 +skills: no verdict: 83 of 100 scored (83 %), needs 95 %; with the missing ones the mean reward is between 0.506 and 0.676
    - pass: reward \\>= 1
    - \\[low, high\\]: 95 % interval, t over tasks
    - gpt-4o baseline: graders: checks 1
    - qwen3-4b-instruct-2507 +skills: graders: checks 1, judge 2 (01234567)
    - qwen3-4b-instruct-2507 +skills: k = 2: 22 of 25 tasks have as many scored trials
    - qwen3-4b-instruct-2507 +skills: k = 4: 12 of 25 tasks have as many scored trials
    - if these tasks were run again: \\[0.370, 0.470\\], 95 % interval, normal within tasks
    - qwen3-4b-instruct-2507 +skills: grading cost: \\$0.012

    | model | variant | attempts | completed | timeout | infra\\_error | conflicts |
    | --- | --- | --: | --: | --: | --: | --: |
    | \`gpt-4o\` | \`baseline\` | 200 | 200 | 0 | 0 | 0 |
    | \`qwen3-4b-instruct-2507\` | \`+skills\` | 112 | 80 | 3 | 29 | 7 |

    | model | variant | grader | mean score | scored | missing |
    | --- | --- | --- | --: | --: | --: |
    | \`gpt-4o\` | \`baseline\` | \`checks\` | 0.420 | 200 | 0 |
    | \`qwen3-4b-instruct-2507\` | \`+skills\` | \`checks\` | 0.700 | 90 | 0 |
    | \`qwen3-4b-instruct-2507\` | \`+skills\` | \`judge\` | 0.500 | 83 | 7 |

    ### Findings

    - **! warning** missing\\_trials · gpt-4o baseline: 17 of 100 planned trials have no result
    "
  `);
});

test("Markdown of a comparison", async () => {
  const [first, ...others] = comparison().flips;
  const short = comparison({ flips: [{ ...first!, task_id: "a|b" }, ...others.slice(0, 10)] });
  expect(await rendered([short], markdown)).toMatchInlineSnapshot(`
    "| a | b | pairs | mean a | mean b | difference | p | wins/losses/ties |
    | --- | --- | --: | --: | --: | --- | --: | --: |
    | \`baseline\` | \`+skills\` | 50 | 0.420 | 0.500 | +0.080 \\[-0.010, +0.170\\] | 0.080 | 25/17/8 |

    - **a** baseline: 52 tasks, 208 trials, 205 scored, mean 0.420
    - **b** +skills: 50 tasks, 200 trials, 200 scored, mean 0.500
    - **test** sign-flip permutation, 10000 draws, two-sided, 50 pairs: p = 0.080
    - **interval** 95 %, paired t · rewards as they are
    - **b against a** wins 25, losses 17, ties 8
    - **smallest visible** a difference of 0.130, at 80 % power with as many pairs as noisy as these
    - **left out** only in a: 2 (extra-1, extra-2)

    | flipped task | a | b | b - a |
    | --- | --: | --: | --: |
    | \`a\\|b\` | 1.000 | 0.000 | -1.000 |
    | \`task-1\` | 1.000 | 0.050 | -0.950 |
    | \`task-2\` | 1.000 | 0.100 | -0.900 |
    | \`task-3\` | 1.000 | 0.150 | -0.850 |
    | \`task-4\` | 1.000 | 0.200 | -0.800 |
    | \`task-5\` | 1.000 | 0.250 | -0.750 |
    | \`task-6\` | 1.000 | 0.300 | -0.700 |
    | \`task-7\` | 1.000 | 0.350 | -0.650 |
    | \`task-8\` | 1.000 | 0.400 | -0.600 |
    | \`task-9\` | 1.000 | 0.450 | -0.550 |

    … and 1 more
    "
  `);
});

test.for([
  ["formatting", "*a* _b_ <b>", "\\*a\\* \\_b\\_ \\<b\\>"],
  ["links", "[x](https://y) www.z", "\\[x\\](https&#8203;://y) www&#8203;.z"],
  ["mentions and numbers", "@you, me@home #1", "@&#8203;you, me@home \\#1"],
  ["a border", "a | b", "a \\| b"],
  ["an entity", "&amp;", "\\&amp;"],
] as const)("Markdown has %s from outside as text", async ([, message, written]) => {
  const text = await rendered([finding({ code: "c", group: {}, message })], markdown);
  expect(text).toContain(`c · all trials: ${written}\n`);
});

test.for([
  ["gpt-4o", "`gpt-4o`"],
  ["a`b", "``a`b``"],
  ["`a`", "`` `a` ``"],
  ["a|b", "`a\\|b`"],
  ["a\\|b", "a\\\\\\|b"],
  ["", "-"],
] as const)("the name %j is %s in Markdown", async ([model, written]) => {
  const text = await rendered([summary({ group: { model } })], markdown);
  expect(text.split("\n")[2]?.startsWith(`| ${written} | 50 |`)).toBe(true);
});

test("CSV of summaries: figures as they are, unknown ones empty", async () => {
  const [first, second, third] = await csv([summary(), partialSummary(), unknownSummary()]);
  expect(first).toMatchObject({
    model: "gpt-4o",
    variant: "baseline",
    planned: "200",
    coverage: "1",
    mean_reward: "0.42",
    low: "0.3",
    high: "0.54",
    pass_hat_4: "0.2",
    pass_hat_4_low: "0.1",
    outcome_completed: "200",
    outcome_timeout: "0",
    cost_usd: "1234.5",
    graders: "checks 1",
    score_judge_mean: "",
  });
  expect(second).toMatchObject({
    variant: "'+skills",
    complete: "false",
    bound_low: "0.506",
    pass_at_4: "",
    cost_usd: "",
    score_judge_missing: "7",
  });
  expect(third).toMatchObject({ model: "", mean_reward: "", coverage: "", tasks: "0" });
});

test("a group field that is named like a figure keeps apart from it", async () => {
  const [row] = await csv([summary({ group: { tasks: "mine", cluster: "c" } })]);
  expect(row).toMatchObject({ group_tasks: "mine", tasks: "50", cluster: "c" });
});

test("CSV is of one kind: comparisons, else plans, attributions, summaries, findings", async () => {
  const all = [finding(), summary(), attribution(), plan(), comparison()];
  const kinds = ["b_mean", "effect", "fault_type", "mean_reward", "severity"];
  for (const kind of kinds) {
    expect(Object.keys((await csv(all))[0] ?? {})).toContain(kind);
    all.pop();
  }
});

test("CSV of a comparison", async () => {
  expect(await csv([comparison()])).toMatchObject([
    { a: "baseline", b: "'+skills", difference: "0.08", p_value: "0.0801", flips: "42", gate: "" },
  ]);
});

test("no records: the header of summaries, an empty array, a line of Markdown", async () => {
  const text = await rendered([], { format: "csv" });
  expect(text.startsWith("tasks,planned,finished,scored,")).toBe(true);
  expect(parseCsv(text)).toHaveLength(1);
  expect(await rendered([], { format: "json" })).toBe("[]\n");
  expect(await rendered([], markdown)).toBe("- nothing to sum up: 0 trials\n");
});

test("JSON comes while the records do, a record per line, with all that is unknown to it", async () => {
  const records = [{ type: "other", x: [1, null] }, { type: "trial" }];
  expect(await rendered(records, { format: "json" })).toBe(
    '[\n{"type":"other","x":[1,null]},\n{"type":"trial"}\n]\n',
  );
});
