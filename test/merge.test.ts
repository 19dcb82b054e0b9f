import fc from "fast-check";
import { sha256, type Outcome, type Trial } from "@mx/records";
import { describe, expect, test } from "vitest";
import { ofType, runBin } from "./support/run-bin.ts";

const outcomes: Outcome[] = [
  "completed",
  "failed",
  "timeout",
  "max_turns",
  "infra_error",
  "cancelled",
];

function trial(task: number, index: number, attempt: number, random: number): Trial {
  const outcome = outcomes[random % outcomes.length] as Outcome;
  const isResult = random % outcomes.length < 4;
  return {
    ...{
      type: "trial",
      version: 1,
      run_id: "20260101-000000-aaaa",
      variant: "baseline",
      model: "m",
    },
    ...{
      key: sha256(`${task} ${index}`),
      task_id: `task-${task}`,
      trial: index,
      attempt,
      outcome,
      output: "",
    },
    ...(isResult
      ? {
          checks: [0.1, 0.2, 0.7].map((weight, n) => ({
            name: `c${n}`,
            kind: "output" as const,
            weight,
            passed: ((random >> n) & 1) === 1,
          })),
        }
      : {}),
    usage: {
      input_tokens: random,
      output_tokens: 1,
      cached_input_tokens: null,
      reasoning_tokens: null,
      calls: 1,
    },
    cost_usd: random / 1e6,
    started_at: new Date(1.7e12 + random).toISOString(),
    time_ms: { queue: 0.1, sandbox: 0.2, agent: random / 7, model: null, grade: 0.3 },
    ...{ backend: "local", sandbox_id: "s", artifacts: {} },
  };
}

const journal = fc
  .array(fc.record({ task: fc.nat(5), trials: fc.nat(3), random: fc.nat(1_000_000) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((tasks) =>
    tasks.flatMap(({ task, trials, random }) =>
      Array.from({ length: trials + 1 }, (_, n) => trial(task, n, random % 3, random + n)),
    ),
  );

async function summary(lines: string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await runBin(
    "mx-score",
    ["--summary-only", "--min-coverage", "0"],
    {},
    lines.join(""),
  );
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

describe("merge is cat", () => {
  test(
    "any order of lines, and any line twice, gives a byte-equal summary",
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(journal, fc.infiniteStream(fc.nat()), async (trials, random) => {
          const lines = trials.map((one) => `${JSON.stringify(one)}\n`);
          const next = () => random.next().value as number;
          const shuffled = lines
            .flatMap((line) => (next() % 2 === 0 ? [line, line] : [line]))
            .map((line) => ({ line, at: next() }))
            .sort((a, b) => a.at - b.at)
            .map(({ line }) => line);
          expect(await summary(shuffled)).toBe(await summary(lines));
        }),
        { numRuns: 20 },
      );
    },
  );

  test("results of one trial that disagree are reported and not scored", async () => {
    const [a, b] = [
      trial(0, 0, 0, 0),
      { ...trial(0, 0, 0, 4), run_id: "20260101-000001-bbbb", outcome: "completed" },
    ];
    const text = await summary([a, b].map((one) => `${JSON.stringify(one)}\n`));
    expect(ofType(text, "summary")).toMatchObject([{ scored: 0, conflicts: 1, mean_reward: null }]);
    expect(ofType(text, "finding")).toContainEqual(
      expect.objectContaining({
        code: "conflicting_duplicates",
        count: 1,
        trials: [{ task_id: "task-0", trial: 0 }],
      }),
    );
  });
});
