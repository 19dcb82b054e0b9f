import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

/** A model that answers everything with 42, for 1,000 tokens a call, behind an mx-proxy of its own. */
const script = [
  { model: "scripted" },
  {
    task: "*",
    turn: 1,
    prompt: "say",
    content: "42",
    usage: { prompt_tokens: 900, completion_tokens: 100 },
  },
];
/** An agent that asks twice, takes no notice of errors, and always has an answer. */
const careless = `
  for (let n = 0; n < 2; n += 1) {
    const reply = await fetch(process.env.OPENAI_BASE_URL + "/chat/completions", {
      method: "POST",
      headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY },
      body: JSON.stringify({ model: "scripted", messages: [{ role: "user", content: "say" }] }),
    });
    // Until its end is there, what the call is expected to cost is reserved.
    await reply.text();
  }
  console.log(42);
`;
const secret = "mx-secret-of-the-budget-tests";
const folder = mkdtempSync(join(tmpdir(), "mx-budget-"));
const program = (name: string) => join(import.meta.dirname, `../../${name}/bin.js`);
const base = { PATH: process.env["PATH"], MX_HOME: join(folder, "home") };
let url = "";
let model: ReturnType<typeof spawn>;

beforeAll(async () => {
  const path = join(folder, "script.ndjson");
  writeFileSync(path, script.map((line) => JSON.stringify(line)).join("\n"));
  model = spawn(process.execPath, [program("mx-proxy"), "--script", path, "--quiet"], {
    env: { ...base, MX_PROXY_SECRET: secret },
    stdio: ["ignore", "pipe", "inherit"],
  });
  url = await new Promise((resolve) => {
    model.stdout?.once("data", (line: Buffer) =>
      resolve((JSON.parse(line.toString()) as { base_url: string }).base_url),
    );
  });
});

afterAll(() => {
  model.kill();
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  trials: Record<string, unknown>[];
  run: Record<string, unknown>;
  stderr: string;
  exitCode: number;
}

/** mx-sandbox on six tasks, one after the other. */
function sandbox(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const tasks = Array.from({ length: 6 }, (_, n) => ({
    id: `t${n}`,
    prompt: `say ${n}`,
    checks: [{ kind: "output", contains: "42" }],
  }));
  const file = join(folder, "tasks.json");
  writeFileSync(file, JSON.stringify(tasks));
  const argv = ["--batch", file, "--model", "scripted", "--api-url", url, "--parallel", "1"];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program("mx-sandbox"), ...argv, "--backend", "process", ...args],
      { env: { ...base, OPENAI_API_KEY: secret, ...env } },
      (error, stdout, stderr) => {
        const lines = stdout.split("\n").filter((line) => line !== "");
        const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
        const trials = records.filter(({ type }) => type === "trial");
        const run = records.at(-1) ?? {};
        resolve({ trials, run, stderr, exitCode: Number(error?.code ?? 0) });
      },
    );
  });
}

test("a spent budget ends the run, the rest is owed, and --resume runs it", async () => {
  const { trials, run, stderr, exitCode } = await sandbox(["--budget-tokens", "2500"]);
  expect({ stderr, outcomes: trials.map(({ outcome }) => outcome) }).toEqual({
    stderr: expect.stringContaining("the budget has no room left: 3 trials are still owed"),
    outcomes: ["completed", "completed", "completed", "budget"],
  });
  expect(trials[3]).toMatchObject({
    fault: { class: "budget_exceeded", retryable: false },
    cost_usd: 0,
  });
  expect(trials[3]).not.toHaveProperty("checks");
  expect(run).toMatchObject({ state: "incomplete", planned: 6, finished: 3, owed: 3 });
  expect(exitCode).toBe(75);
  const again = await sandbox(["--budget-tokens", "9000", "--resume", String(run["run_id"])]);
  expect(again.run).toMatchObject({ state: "done", finished: 6, owed: 0 });
  expect(again.exitCode).toBe(0);
});

test("an agent that takes no notice of the refusal has no result either", async () => {
  const { trials, exitCode } = await sandbox([
    "--budget-tokens",
    "1000",
    ...["--", process.execPath, "--input-type=module", "-e", careless],
  ]);
  expect(trials).toMatchObject([{ outcome: "budget", output: "42\n" }]);
  expect(exitCode).toBe(75);
});

test("a budget in USD takes a price, which --prices gives", async () => {
  const unknown = await sandbox(["--budget-usd", "1"]);
  expect(unknown.trials.map(({ outcome, fault }) => [outcome, fault])).toEqual(
    Array(6).fill([
      "infra_error",
      { class: "price_unknown", message: expect.stringContaining("--prices"), retryable: false },
    ]),
  );
  expect(unknown.exitCode).toBe(75);
  const prices = join(folder, "prices.json");
  writeFileSync(prices, '{"prices":[{"models":["scripted"],"input":1,"output":10}]}');
  const { trials, exitCode } = await sandbox(["--budget-usd", "0.0038", "--prices", prices]);
  expect(trials.map(({ outcome, cost_usd }) => [outcome, cost_usd])).toEqual([
    ["completed", 0.0019],
    ["completed", 0.0019],
    ["budget", 0],
  ]);
  expect(exitCode).toBe(75);
});

test("a budget is not for a proxy that runs already", async () => {
  const { stderr, exitCode } = await sandbox(["--budget-usd", "1"], { MX_PROXY_SECRET: secret });
  expect(stderr).toContain("give --budget-usd to that mx-proxy");
  expect(exitCode).toBe(2);
});

test.for<[string, Record<string, string>]>([
  ["the run's own proxy", {}],
  ["a proxy that runs already", { MX_PROXY_SECRET: secret }],
])("a trial's budget travels in its key, to %s", async ([, env]) => {
  const agent = ["--", process.execPath, "--input-type=module", "-e", careless];
  const tight = await sandbox(["--trial-budget-tokens", "1000", ...agent], env);
  expect(tight.trials).toMatchObject(
    Array(6).fill({
      outcome: "budget",
      fault: { message: expect.stringContaining("of this trial") },
      usage: { calls: 1, input_tokens: 900, output_tokens: 100 },
    }),
  );
  expect(tight.exitCode).toBe(75);
  const wide = await sandbox(["--trial-budget-tokens", "1001", ...agent], env);
  expect(wide.trials).toMatchObject(Array(6).fill({ outcome: "completed", usage: { calls: 2 } }));
  expect(wide.exitCode).toBe(0);
});
