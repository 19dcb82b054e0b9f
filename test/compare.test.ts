import type { Attribution, Comparison, Finding, ScoredTrial, Summary } from "@mx/records";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hasBubblewrap } from "./support/needs.ts";
import { ofType, shell } from "./support/run-bin.ts";
import { tempHome } from "./support/temp-home.ts";

const temp = tempHome();
const file = (name: string, text = "") => {
  const path = join(temp.folder, name);
  if (text !== "") writeFileSync(path, text);
  return path;
};
const run = (line: string) => shell(line, temp.env);

/** Six tasks that want their own number, and a scripted model that knows some of them. */
function writeModel(
  name: string,
  knows: (n: number) => boolean,
): { tasks: string; script: string } {
  const numbers = [0, 1, 2, 3, 4, 5];
  const tasks = numbers.map((n) => ({
    id: `t${n}`,
    prompt: `say ${n}`,
    target: String(n),
    checks: [{ kind: "numeric" }],
  }));
  const script = [
    { model: "scripted" },
    ...numbers.map((n) => ({
      task: `t${n}`,
      turn: 1,
      prompt: `say ${n}`,
      content: knows(n) ? `${n}` : "no",
    })),
  ];
  const lines = (all: object[]) => all.map((one) => `${JSON.stringify(one)}\n`).join("");
  return {
    tasks: file("tasks.ndjson", lines(tasks)),
    script: file(`${name}.script`, lines(script)),
  };
}

async function evaluate(name: string, knows: (n: number) => boolean, more = ""): Promise<string> {
  const { tasks, script } = writeModel(name, knows);
  const scored = file(`${name}.ndjson`);
  const { stderr, exitCode } = await run(
    `mx-proxy --script ${script} -- mx-sandbox --batch ${tasks} --model scripted ${more} --quiet | mx-score > ${scored}`,
  );
  expect(exitCode, stderr).toBe(0);
  return scored;
}

describe.skipIf(!hasBubblewrap)("arms of two runs", () => {
  test("are paired by task, and gated", { timeout: 120_000 }, async () => {
    const before = await evaluate("before", (n) => n < 2);
    const after = await evaluate("after", (n) => n > 0);
    const { stdout, exitCode } = await run(`mx-score compare ${before} ${after} --fail-if-worse`);
    expect(exitCode).toBe(0);
    expect(ofType<Comparison>(stdout, "comparison")).toMatchObject([
      { pairs: 6, wins: 4, losses: 1, ties: 1, forced: false, gate: { passed: true } },
    ]);
    expect(ofType<Comparison>(stdout, "comparison")[0]?.difference).toBeCloseTo(0.5, 9);
    // The other way round it is no better.
    const back = await run(`mx-score compare ${after} ${before} --non-inferior 0.1`);
    expect(back.exitCode).toBe(1);
  });

  test(
    "that did not ask the same are refused by name, but with --force",
    { timeout: 120_000 },
    async () => {
      const cold = await evaluate("cold", () => true, "--temperature 0");
      const warm = await evaluate("warm", () => true, "--temperature 1");
      const refused = await run(`mx-score compare ${cold} ${warm}`);
      expect(refused.exitCode).toBe(65);
      expect(refused.stderr).toMatch(/sampling/);
      const forced = await run(`mx-score compare ${cold} ${warm} --force`);
      expect(ofType<Comparison>(forced.stdout, "comparison")).toMatchObject([
        { forced: true, differences: [{ what: "sampling" }] },
      ]);
    },
  );
});

describe("a judge behind mx-proxy", () => {
  const judge = (content: string) =>
    file("judge.script", `{"model":"j"}\n${JSON.stringify({ task: "*", turn: 1, content })}\n`);
  const results = "fixtures/results/before.ndjson";
  const score = (script: string, more = "") =>
    `mx-proxy --script ${script} -- mx-score ${results} --grader judge:${file("rubric.md", "Is it right?")} --judge-model j ${more}`;

  test("its scores are the reward, and what it says twice is asked once", async () => {
    const script = judge('{"explanation":"nearly","score":0.75}');
    const { stdout, exitCode } = await run(`${score(script)} --pass-threshold 0.7`);
    expect(exitCode).toBe(0);
    const trials = ofType<ScoredTrial>(stdout, "trial");
    expect(new Set(trials.map(({ reward }) => reward))).toEqual(new Set([0.75]));
    expect(trials[0]?.scores["judge"]).toMatchObject({
      explanation: "nearly",
      grader: { name: "judge" },
    });
    expect(ofType<Summary>(stdout, "summary")[0]).toMatchObject({ scored: 48, mean_reward: 0.75 });
  });

  test("a judge that cannot be read is missing and not wrong", async () => {
    const { stdout, exitCode } = await run(`${score(judge("hard to say"))} --summary-only`);
    expect(exitCode).toBe(75);
    expect(ofType<Summary>(stdout, "summary")[0]).toMatchObject({ scored: 0, mean_reward: null });
    expect(ofType<Finding>(stdout, "finding")).toContainEqual(
      expect.objectContaining({ code: "unscored_results", count: 48 }),
    );
  });

  test("says who was at fault, and is not asked again", async () => {
    const reply = '{"author":"agent","fault_type":"other","description":"it gave up"}';
    const attribute = (script: string) =>
      run(
        `mx-proxy --script ${script} -- mx-score attribute ${results} --judge-model j --no-cache --output ${file("faults.ndjson")}`,
      );
    const { stdout, exitCode } = await attribute(judge(reply));
    expect(exitCode).toBe(0);
    const attributions = ofType<Attribution>(stdout, "attribution");
    expect(attributions).toHaveLength(24);
    expect(new Set(attributions.map(({ author }) => author))).toEqual(new Set(["agent"]));
    // Another judge could not be read, if it were asked.
    const again = await attribute(judge("x"));
    expect([again.exitCode, ofType(again.stdout, "attribution").length]).toEqual([0, 24]);
  });
});
