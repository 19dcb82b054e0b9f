import type { Trial } from "@mx/records";
import { describe, expect, test } from "vitest";
import { ofType, records, runBin, shell, start } from "./support/run-bin.ts";
import { tempHome } from "./support/temp-home.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const temp = tempHome();

function trial(
  task: string,
  index: number,
  passed: boolean | null,
  more: Partial<Trial> = {},
): Trial {
  const key = `${task}${index}`.padEnd(64, "0").replaceAll(/[^0-9a-f]/g, "a");
  return {
    ...{
      type: "trial",
      version: 1,
      key,
      run_id: "r",
      task_id: task,
      variant: "baseline",
      model: "m",
      trial: index,
    },
    ...{ attempt: 0, outcome: passed === null ? "infra_error" : "completed", output: "" },
    ...(passed === null
      ? {}
      : { checks: [{ name: "c", kind: "output" as const, passed, weight: 1 }] }),
    usage: {
      input_tokens: 1,
      output_tokens: 1,
      cached_input_tokens: null,
      reasoning_tokens: null,
      calls: 1,
    },
    ...{ cost_usd: null, started_at: "2026-01-01T00:00:00.000Z" },
    time_ms: { queue: 0, sandbox: 0, agent: 100, model: null, grade: 0 },
    ...{ backend: "local", sandbox_id: null, artifacts: {} },
    ...more,
  };
}

const lines = (all: unknown[]) => all.map((one) => `${JSON.stringify(one)}\n`).join("");
const run = (args: string[], input: string) => runBin("mx-score", args, {}, input);
const five = lines([1, 1, 0, 0, 0].map((passed, n) => trial("a", n, passed === 1)));

describe("mx-score", () => {
  test("pass@k and pass^k are the unbiased estimators, over the tasks that have k trials", async () => {
    const { stdout, exitCode } = await run(
      ["--k", "1,2,6", "--summary-only", "--min-coverage", "0"],
      five + lines([trial("b", 0, true)]),
    );
    expect(exitCode).toBe(0);
    const [summary] = ofType<Record<string, Record<string, number>>>(stdout, "summary");
    expect(summary?.["tasks_at_k"]).toEqual({ "1": 2, "2": 1, "6": 0 });
    expect(summary?.["pass_at_k"]?.["1"]).toBeCloseTo(0.7, 9);
    expect(summary?.["pass_at_k"]?.["2"]).toBeCloseTo(0.7, 9);
    expect(summary?.["pass_hat_k"]?.["2"]).toBeCloseTo(0.1, 9);
    expect(summary?.["pass_hat_k"]?.["6"]).toBeNull();
  });

  test("infrastructure failures are missing, never 0", async () => {
    const { stdout, stderr, exitCode } = await run(
      ["--summary-only", "--min-coverage", "0.95"],
      lines([trial("a", 0, true), trial("b", 0, null), trial("b", 0, null, { attempt: 1 })]),
    );
    expect(exitCode).toBe(75);
    expect(stderr).toContain("1 of 2 trials are scored");
    expect(ofType(stdout, "summary")).toMatchObject([
      {
        planned: 2,
        scored: 1,
        coverage: 0.5,
        mean_reward: 1,
        mean_reward_bounds: { low: 0.5, high: 1 },
        outcomes: { completed: 1, infra_error: 2 },
      },
    ]);
    expect(ofType(stdout, "finding")).toMatchObject([
      { code: "missing_trials", count: 1 },
      { code: "error_record", count: 2 },
    ]);
  });

  test("a gate", async () => {
    expect((await run(["--fail-under", "0.5"], five)).exitCode).toBe(1);
    expect((await run(["--fail-under", "0.4"], five)).exitCode).toBe(0);
    expect((await run(["--fail-under", "0"], lines([trial("a", 0, null)]))).exitCode).toBe(75);
  });

  test("what it does not know passes byte for byte, and numbers keep their digits", async () => {
    const strange = '{"type":"other", "id":12345678901234567890,  "x":1.50}';
    const text = JSON.stringify(trial("a", 0, true)).replace(
      '"attempt":0',
      '"attempt":0,"seed":9007199254740993,"f":1.0e2',
    );
    const { stdout } = await run([], `${strange}\n${text}\n`);
    const [first, second] = stdout.split("\n");
    expect(first).toBe(strange);
    expect(second?.startsWith(text.slice(0, -1))).toBe(true);
    expect(second).toContain('"reward":1,"passed":true');
  });

  test("empty input, a bad line, a wrong flag, a closed reader, a signal", async () => {
    // Not 0: a gate must not open because nothing came.
    expect(await run(["--fail-under", "0.5"], "")).toEqual({
      stdout: "",
      stderr: "mx-score: no verdict: there is not a single trial\n",
      exitCode: 75,
    });
    const bad = await run([], `${five}oops\n`);
    expect(bad.exitCode).toBe(65);
    expect(bad.stderr).toContain("stdin:6");
    expect(records(bad.stdout)).toHaveLength(5);
    const skipped = await run(["--on-bad-record", "skip"], `${five}oops\n${five}`);
    expect([skipped.exitCode, ofType(skipped.stdout, "summary").length]).toEqual([0, 1]);
    const invalid = await run([], five.replace('"attempt":0', '"attempt":-1'));
    expect(invalid.exitCode).toBe(65);
    expect(invalid.stderr).toContain("attempt");
    for (const flag of [
      ["--k", "0"],
      ["--k", "x"],
      ["--min-coverage", "2"],
      ["--kk", "1"],
      ["no-such-file"],
      ["--from", "tau2"],
      ["--expect", "50"],
      ["--by", "a,,b"],
      ["--grader", "numerc"],
    ]) {
      expect([flag, (await run(flag, "")).exitCode]).toEqual([flag, 2]);
    }
    const file = join(temp.folder, "many");
    writeFileSync(file, five.repeat(20_000));
    const closed = await shell(`mx-score < ${file} | head -1`, {});
    expect({ stderr: closed.stderr, exitCode: closed.exitCode }).toEqual({
      stderr: "",
      exitCode: 0,
    });
    const idle = start("mx-score", [], {}, { stdin: "pipe" });
    setTimeout(() => idle.kill("SIGTERM"), 500);
    expect((await idle).exitCode).toBe(143);
  });
});
