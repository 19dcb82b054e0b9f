import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { records, runBin, shell } from "./support/run-bin.ts";
import { tempHome } from "./support/temp-home.ts";

const temp = tempHome();
const grid = (args: string[], input = "") =>
  runBin("mx-sandbox", ["grid", "--quiet", ...args], temp.env, input);
const sweep = ["env=airline,retail", "agent=act,react,fc", "model=4B,8B,14B,32B", "trial=1..5"];
const dims = (list: string[]) => list.flatMap((text) => ["--dim", text]);

/** A trial as mx-sandbox writes it; what is not given is of no interest here. */
function trial(fields: Record<string, unknown>): string {
  const { task_id = "t", model = null, trial: index = 0, variant = "baseline" } = fields;
  const key = Buffer.from(JSON.stringify(fields)).toString("hex").padEnd(64, "0").slice(-64);
  const usage = { calls: 0, input_tokens: 0, output_tokens: 0, total_tokens: 0 };
  const time_ms = { queue: 1, sandbox: 1, agent: 1, model: null, grade: null };
  return `${JSON.stringify({
    type: "trial",
    version: 1,
    key,
    run_id: "20260214-103000-k3f9",
    task_id,
    variant,
    model,
    trial: index,
    attempt: 0,
    outcome: "completed",
    output: "",
    usage: { ...usage, cached_input_tokens: null, reasoning_tokens: null },
    cost_usd: null,
    started_at: null,
    time_ms,
    backend: "local",
    sandbox_id: null,
    artifacts: {},
    ...fields,
  })}\n`;
}
const results = (...all: Record<string, unknown>[]): string => {
  const path = join(temp.folder, "results.ndjson");
  writeFileSync(path, all.map(trial).join(""));
  return path;
};

describe("mx-sandbox grid", () => {
  test("120 cells, the last dimension going round fastest", async () => {
    const { stdout, exitCode } = await grid(dims(sweep));
    const cells = records(stdout);
    expect({ exitCode, cells: cells.length }).toEqual({ exitCode: 0, cells: 120 });
    const [env, agent, model] = ["retail", "fc", "4B"];
    expect(cells[104]).toEqual({
      type: "cell",
      version: 1,
      index: 104,
      cell: { env, agent, model, trial: "5" },
    });
  });

  test("index to cell, and cell to index", async () => {
    const one = await grid([...dims(sweep), "--index", "59"]);
    expect(records(one.stdout)[0]).toMatchObject({
      cell: { agent: "fc", model: "32B", trial: "5" },
    });
    const cell = "env=retail,agent=act,model=4B,trial=1";
    const other = await grid([...dims(sweep), "--cell", cell]);
    expect(records(other.stdout)[0]).toMatchObject({ index: 60 });
  });

  test("the array of a sweep, and the variables of one element, as a shell takes them", async () => {
    const array = await grid([...dims(sweep), "--format", "array"]);
    expect(array.stdout).toBe("--array=0-119\n");
    const line =
      `eval "$(mx-sandbox grid --dim 'who=it'"'"'s $HOME,b' --dim a.b=1..2 --index 1 --format sh)"; ` +
      `printf '%s|%s' "$who" "$a_b"`;
    expect((await shell(line, temp.env)).stdout).toBe("it's $HOME|2");
  });

  test("a model is compared as a whole: 14B is not 4B", async () => {
    const models = ["Qwen/Qwen3-4B", "Qwen/Qwen3-14B", "Qwen/Qwen3-4B-Instruct"];
    const path = results({ model: models[1] }, { model: models[2] });
    const owed = await grid([...dims([`model=${models.join(",")}`]), "--results", path]);
    expect(records(owed.stdout)).toMatchObject([
      { index: 0, state: "owed", trials: 0, planned: 1 },
    ]);
    const all = await grid([...dims([`model=${models.join(",")}`]), "--results", path, "--all"]);
    expect(records(all.stdout).map(({ state }) => state)).toEqual(["owed", "done", "done"]);
  });

  test("a cell is done when every task that is known to be its own has a result", async () => {
    const of = (env: string, task_id: string, more = {}) => ({ meta: { env }, task_id, ...more });
    const path = results(
      of("airline", "a1", { model: "A" }),
      of("airline", "a2", { model: "A" }),
      of("airline", "a1", { model: "B" }),
      // No result: it stays owed.
      of("airline", "a2", { model: "B", outcome: "infra_error" }),
      of("retail", "r1", { model: "A" }),
    );
    const given = [...dims(["env=airline,retail", "model=A,B"]), "--results", path];
    const { stdout } = await grid(given);
    expect(records(stdout)).toMatchObject([
      { index: 1, trials: 1, planned: 2 },
      { index: 3, trials: 0, planned: 1 },
    ]);
    expect((await grid([...given, "--format", "array"])).stdout).toBe("--array=1,3\n");
    const want = await grid([...given, "--want", "2", "--format", "array"]);
    expect(want.stdout).toBe("--array=1-3\n");
  });

  test("--match names another field, one that counts from 0, and one of the run; strays are said", async () => {
    const path = results({ trial: 0, meta: { domain: "x" } }, { trial: 1, meta: { domain: "y" } });
    const given = [...dims(["env=x,y", "trial=1..2"]), "--results", path, "--want", "1"];
    const matched = await grid([
      ...given,
      "--match",
      "env=meta.domain",
      "--match",
      "trial=trial+1",
    ]);
    expect(records(matched.stdout).map(({ index }) => index)).toEqual([1, 2]);
    const bare = await grid(given);
    expect(records(bare.stdout)).toHaveLength(4);
    expect(bare.stderr).toContain("2 trial records belong to no cell");
  });

  test("what a run of the store owes, from its id or from stdin", async () => {
    const tasks = ["a", "b"].map((id) => JSON.stringify({ id, prompt: id })).join("\n");
    const variants = ["--variant", "one:-- true", "--variant", "two:-- nothing-like-this"];
    const args = [
      "--quiet",
      "--backend",
      "process",
      "--retries",
      "0",
      "--run-id",
      "run",
      ...variants,
    ];
    const { stdout } = await runBin("mx-sandbox", args, temp.env, tasks);
    const given = dims(["variant=one,two,three", "task_id=a,b"]);
    for (const found of [
      await grid([...given, "--results", "run"]),
      await grid([...given, "--results", "-"], stdout),
    ])
      expect(records(found.stdout).map(({ index }) => index)).toEqual([2, 3, 4, 5]);
  });

  test.for<[string, string[], string]>([
    ["no dimension", [], "--dim is missing"],
    ["a value twice", ["--dim", "a=x,x"], "is there twice"],
    ["a dimension twice", ["--dim", "a=x", "--dim", "a=y"], "--dim a is given twice"],
    ["no such cell", ["--dim", "a=1..3", "--index", "3"], "there is no cell 3"],
    ["no such value", ["--dim", "a=4B,14B", "--cell", "a=B"], "a has no value B"],
    ["both", ["--dim", "a=x", "--index", "0", "--cell", "a=x"], "exclude each other"],
    ["--want alone", ["--dim", "a=x", "--want", "1"], "need --results"],
    ["no such run", ["--dim", "a=x", "--results", "none"], "there is no run"],
    ["a wrong match", ["--dim", "a=x", "--results", "-", "--match", "b=model"], "no dimension b"],
  ])("%s is a usage error", async ([, args, message]) => {
    const { stdout, stderr, exitCode } = await grid(args);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    expect(stderr).toContain(message);
  });
});
