import { recordTypes, ScoredTrial, sha256, type Run, type Summary, type Usage } from "@mx/records";
import { execa } from "execa";
import { once } from "node:events";
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const bin = join(root, "packages/mx-results/bin.js");
const runId = "20260214-103000-k3f9";

let folder: string;
let home: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mx-results-test-"));
  home = join(folder, "home");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** mx-results as a process, with nothing of this process's settings. */
function start(args: string[], env: Record<string, string> = {}) {
  return execa(process.execPath, [bin, ...args], {
    reject: false,
    extendEnv: false,
    stripFinalNewline: false,
    env: { PATH: process.env["PATH"] ?? "", MX_HOME: home, ...env },
  });
}

async function run(args: string[], input: string | readonly string[] = "") {
  const running = start(args);
  running.stdin.on("error", () => {});
  running.stdin.end(typeof input === "string" ? input : lines(input));
  const { stdout, stderr, exitCode } = await running;
  return { stdout, stderr, exitCode };
}

const lines = (texts: readonly string[]) => texts.map((text) => `${text}\n`).join("");
const parsed = (stdout: string): Record<string, unknown>[] =>
  stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

const usage: Usage = {
  input_tokens: 1200,
  output_tokens: 56,
  cached_input_tokens: null,
  reasoning_tokens: null,
  calls: 2,
};

function runRecord(change: Partial<Run> = {}): string {
  return JSON.stringify({
    type: "run",
    version: 1,
    run_id: runId,
    state: "running",
    started_at: "2026-02-14T10:30:00.000Z",
    command: ["mx-sandbox", "--batch", "smoke.json"],
    versions: { mx: "0.1.0" },
    git_commit: null,
    agent: { name: "mx-agent", digest: null },
    backend: "local",
    endpoint: null,
    models: ["scripted"],
    variants: ["baseline"],
    sampling: { temperature: null, top_p: null, max_tokens: null, seed: null },
    trials: 2,
    task_ids: ["a", "b"],
    planned: 4,
    limits: {},
    network: "model",
    fingerprint: "0".repeat(64),
    ...change,
  } satisfies Run);
}

function trialRecord(task: string, trial: number, change: Partial<ScoredTrial> = {}): string {
  return JSON.stringify({
    type: "trial",
    version: 1,
    key: sha256(`${task} ${trial}`),
    run_id: runId,
    task_id: task,
    variant: "baseline",
    model: "scripted",
    trial,
    attempt: 0,
    outcome: "completed",
    exit_code: 0,
    output: "395",
    usage,
    cost_usd: null,
    turns: 2,
    started_at: "2026-02-14T10:30:01.000Z",
    time_ms: { queue: 1, sandbox: 20, agent: 1234.5, model: null, grade: 3 },
    backend: "local",
    sandbox_id: "s1",
    artifacts: {},
    ...change,
  });
}

const grader = { name: "checks", version: "1" };
const passed = { reward: 1, passed: true, scores: { checks: { value: 1, grader } } };
const missed = {
  reward: 0,
  passed: false,
  scores: { checks: { value: 0, explanation: "said 394, expected 395", grader } },
};
const unreachable: Partial<ScoredTrial> = {
  outcome: "infra_error",
  exit_code: null,
  output: "",
  turns: null,
  fault: { class: "model_unreachable", message: "connection refused", retryable: true },
};

function summaryRecord(change: Partial<Summary> = {}): string {
  return JSON.stringify({
    type: "summary",
    version: 1,
    run_ids: [runId],
    group: { model: "scripted", variant: "baseline" },
    tasks: 2,
    planned: 4,
    finished: 3,
    scored: 3,
    coverage: 0.75,
    pass_threshold: 1,
    mean_reward: 0.75,
    mean_reward_interval: { low: null, high: null, level: 0.95, method: "t" },
    mean_reward_bounds: { low: 0.5, high: 0.75 },
    pass_at_k: { "1": 0.75, "2": 1 },
    pass_hat_k: { "1": 0.75, "2": null },
    tasks_at_k: { "1": 2, "2": 1 },
    attempts: 4,
    outcomes: { completed: 3, infra_error: 1 },
    conflicts: 0,
    usage,
    cost_usd: null,
    latency_ms: { min: 1234.5, p50: 1234.5, p90: 1234.5, p99: 1234.5, max: 1234.5 },
    ...change,
  } satisfies Summary);
}

const finding = JSON.stringify({
  type: "finding",
  version: 1,
  code: "missing_trials",
  severity: "warning",
  message: "1 trial has no result",
});

/** What `mx-sandbox | mx-score` writes: 2 tasks x 2 trials, one of them without a result. */
const stream = [
  runRecord(),
  trialRecord("a", 0, passed),
  trialRecord("a", 1, passed),
  trialRecord("b", 0, missed),
  trialRecord("b", 1, { ...unreachable, scores: {}, reward: null, passed: null }),
  summaryRecord(),
  finding,
  runRecord({ state: "incomplete", ended_at: "2026-02-14T10:30:24.000Z", finished: 3, owed: 1 }),
];

/** Every file of a folder with its content, to see what changed. */
async function contents(path: string): Promise<Record<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  return Object.fromEntries(
    await Promise.all(
      files.map(async (entry) => {
        const file = join(entry.parentPath, entry.name);
        return [file.slice(path.length), await readFile(file, "utf8")] as const;
      }),
    ),
  );
}

describe("add", () => {
  test("keeps each record with its run and passes every byte on", async () => {
    const other = '{"type":"note","id":9007199254740993,  "odd":[1.50]}';
    const input = [other, ...stream.slice(0, 7), '{"type":"comparison"}', ...stream.slice(7)];
    expect(await run(["add"], input)).toEqual({ stdout: lines(input), stderr: "", exitCode: 0 });
    const stored = await contents(home);
    expect(Object.keys(stored).sort()).toEqual([
      `/runs/${runId}/run.json`,
      `/runs/${runId}/scores.ndjson`,
    ]);
    expect(stored[`/runs/${runId}/run.json`]).toBe(`${stream[7]}\n`);
    expect(stored[`/runs/${runId}/scores.ndjson`]).toBe(lines(stream.slice(1, 7)));
  });

  test("the same stream twice, or its lines in another order and twice, changes nothing", async () => {
    await run(["add"], stream);
    const before = await contents(home);
    const { mtimeMs } = await stat(join(home, "runs", runId, "scores.ndjson"));
    expect((await run(["add"], stream)).exitCode).toBe(0);
    await run(["add"], [...stream, ...stream.toReversed()]);
    expect(await contents(home)).toEqual(before);
    expect((await stat(join(home, "runs", runId, "scores.ndjson"))).mtimeMs).toBe(mtimeMs);
  });

  test("on a terminal, or where a table is asked for, the summaries come at the end", async () => {
    const { stdout, stderr, exitCode } = await run(["add", "--format", "table"], stream);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    const [head = "", row = ""] = stdout.split("\n");
    expect(head.split(/\s{2,}/)).toEqual([
      "model",
      "variant",
      "tasks",
      "trials",
      "coverage",
      "mean reward",
      "pass^1",
      "pass^2",
      "pass@2",
      "tokens in / out",
      "cost",
      "median time",
    ]);
    // Unknown figures are "-", never 0.
    expect(row.trim().split(/\s{2,}/)).toEqual([
      "scripted",
      "baseline",
      "2",
      "3",
      "3/4 (75 %)",
      "0.75",
      "0.75",
      "-",
      "1",
      "1200 / 56",
      "-",
      "1.2 s",
    ]);
    expect(stdout).toContain("1 of 4 trials are not scored");
    expect(stdout).toContain("between 0.5 and 0.75");
    expect(stdout).toContain("warning: missing_trials: 1 trial has no result");
  });

  test("no input: nothing is written, nothing is made", async () => {
    expect(await run(["add"])).toEqual({ stdout: "", stderr: "", exitCode: 0 });
    expect(await contents(folder)).toEqual({});
  });

  test("a bad line ends it with 65 and its number; what came before is kept", async () => {
    const result = await run(["add"], [...stream.slice(0, 3), "{oops", ...stream.slice(3)]);
    expect(result.exitCode).toBe(65);
    expect(result.stderr).toContain("stdin:4: not JSON: {oops");
    expect(result.stdout).toBe(lines(stream.slice(0, 3)));
    const stored = await contents(home);
    expect(stored[`/runs/${runId}/scores.ndjson`]).toBe(lines(stream.slice(1, 3)));
  });

  test("a record that is not what its type says is a bad line; --on-bad-record skip counts it", async () => {
    const input = [...stream.slice(0, 2), '{"type":"trial","version":1}', ...stream.slice(2)];
    const failed = await run(["add"], input);
    expect(failed.exitCode).toBe(65);
    expect(failed.stderr).toContain("stdin:3: not a valid trial record");
    const skipped = await run(["add", "--on-bad-record", "skip"], input);
    expect(skipped.exitCode).toBe(0);
    expect(skipped.stderr).toContain("1 line was left out");
    expect(skipped.stdout).toBe(lines(stream));
  });

  test.for([
    "../../escape",
    "..",
    "/absolute",
    "a/../../../escape",
    ".hidden",
    "with\0zero",
    "x".repeat(300),
  ])("run id %j never becomes a path: exit 65, nothing is written", async (hostile) => {
    for (const input of [
      trialRecord("a", 0, { run_id: hostile }),
      runRecord({ run_id: hostile }),
      summaryRecord({ run_ids: [hostile] }),
    ]) {
      const { exitCode, stderr, stdout } = await run(["add"], [input]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 65, stdout: "" });
      expect(stderr).toContain("which cannot name a folder");
      expect(stderr).toContain("jq -c");
    }
    expect(await contents(folder)).toEqual({});
    expect(await readdir(folder)).toEqual([]);
  });

  test("a run that was made here keeps its own run.json and journal", async () => {
    const directory = join(home, "runs", runId);
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, "run.json"), `${runRecord({ state: "done" })}\n`);
    await writeFile(join(directory, "trials.ndjson"), `${trialRecord("a", 0)}\n`);
    const before = await contents(home);
    await run(["add"], stream);
    expect(await contents(home)).toMatchObject(before);
  });

  test("of a run that was made elsewhere the record that ended last is kept, in any order", async () => {
    const first = runRecord({ state: "incomplete", ended_at: "2026-02-14T11:00:00Z" });
    const resumed = runRecord({ state: "running" });
    const last = runRecord({ state: "done", ended_at: "2026-02-14T12:00:00Z" });
    for (const order of [
      [first, resumed, last],
      [last, first, resumed],
      [resumed, last, first],
    ]) {
      await rm(home, { recursive: true, force: true });
      await run(["add"], order);
      expect(await contents(home)).toEqual({ [`/runs/${runId}/run.json`]: `${last}\n` });
    }
  });

  test("requests go into the ledger of their run; those of no run only pass", async () => {
    const request = (id: string, of: string | null) =>
      JSON.stringify({
        type: "request",
        version: 1,
        id,
        started_at: "2026-02-14T10:30:01Z",
        run_id: of,
        key: null,
        attempt: null,
        task_id: null,
        trial: null,
        method: "POST",
        path: "/v1/models",
        model: null,
        model_served: null,
        upstream: null,
        status: 200,
        state: "ok",
        attempts: 1,
        streamed: false,
        usage,
        cost_usd: null,
        ttft_ms: 1,
        elapsed_ms: 2,
        cache: "off",
      });
    const input = [request("r1", runId), request("r2", null), request("r1", runId)];
    expect((await run(["add"], input)).stdout).toBe(lines(input));
    expect(await contents(home)).toEqual({ [`/runs/${runId}/requests.ndjson`]: `${input[0]}\n` });
  });

  test("two at once on one run: every line once", async () => {
    const trials = Array.from({ length: 3000 }, (_, n) => trialRecord(`t${n}`, 0, passed));
    const results = await Promise.all([
      run(["add"], trials.slice(0, 2000)),
      run(["add"], trials.slice(1000)),
    ]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const stored = await readFile(join(home, "runs", runId, "scores.ndjson"), "utf8");
    expect(stored.trimEnd().split("\n").sort()).toEqual(trials.toSorted());
  });

  test("SIGTERM: what came in is kept, exit 143", async () => {
    const adding = start(["add"]);
    adding.stdin.write(lines(stream.slice(0, 3)));
    const [first] = (await once(adding.stdout, "data")) as [Buffer];
    expect(first.length).toBeGreaterThan(0);
    adding.kill("SIGTERM");
    const { exitCode, stderr } = await adding;
    expect({ exitCode, stderr }).toEqual({ exitCode: 143, stderr: "" });
    expect((await contents(home))[`/runs/${runId}/scores.ndjson`]).toBe(lines(stream.slice(1, 3)));
  });

  test("kill -9 in the middle of a long stream, then the same again: every line once", async () => {
    const trials = Array.from({ length: 20_000 }, (_, n) =>
      trialRecord(`t${n}`, 0, { ...passed, output: "x".repeat(n % 900) }),
    );
    for (const delay of [150, 250, 350, 450]) {
      const adding = start(["add"]);
      adding.stdin.on("error", () => {});
      adding.stdin.end(lines(trials));
      adding.stdout.resume();
      await sleep(delay);
      adding.kill("SIGKILL");
      await adding;
    }
    expect((await run(["add"], trials)).exitCode).toBe(0);
    const stored = await readFile(join(home, "runs", runId, "scores.ndjson"), "utf8");
    expect(stored.trimEnd().split("\n").sort()).toEqual(trials.toSorted());
  });

  test("what cannot be written is exit 69 and says where", async () => {
    await writeFile(home, "a file");
    const { exitCode, stderr } = await run(["add"], stream);
    expect(exitCode).toBe(69);
    expect(stderr).toContain(`cannot write ${home}/runs/${runId}`);
    expect(stderr).toContain("MX_HOME");
  });

  test("memory does not grow with the stream", async () => {
    const peak = async (count: number) => {
      const report = "process.on('exit',()=>console.error(process.resourceUsage().maxRSS))";
      const adding = execa(
        process.execPath,
        ["--import", `data:text/javascript,${report}`, bin, "add", "--quiet"],
        { env: { MX_HOME: join(folder, String(count)) }, buffer: { stdout: false } },
      );
      adding.stdout.resume();
      const output = "x".repeat(300);
      Readable.from(
        (function* () {
          for (let n = 0; n < count; n += 100) {
            yield lines(
              Array.from({ length: 100 }, (_, i) =>
                trialRecord(`t${n + i}`, 0, { ...passed, output }),
              ),
            );
          }
        })(),
      ).pipe(adding.stdin);
      const { stderr } = await adding;
      return Number(stderr) / 1024;
    };
    const [small, large] = [await peak(20_000), await peak(120_000)];
    console.log(
      `mx-results add: ${small.toFixed(0)} MB for 20,000, ${large.toFixed(0)} MB for 120,000`,
    );
    expect(large).toBeLessThan(150);
    expect(large - small).toBeLessThan(30);
  });
});

describe("show", () => {
  test("in a pipe: the run, its trials as scored, its summaries; all of them valid", async () => {
    await run(["add"], stream);
    for (const name of [runId, "20260214", "last"]) {
      const { stdout, stderr, exitCode } = await run(["show", name]);
      expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
      expect(stdout).toBe(lines([stream[7]!, ...stream.slice(1, 7)]));
    }
    for (const record of parsed((await run(["show", "last"])).stdout)) {
      const name = record["type"] === "trial" ? "scored-trial" : (record["type"] as "run");
      expect(recordTypes[name].safeParse(record).success).toBe(true);
    }
  });

  test("what show writes can be added again, and changes nothing", async () => {
    await run(["add"], stream);
    const before = await contents(home);
    await run(["add"], (await run(["show", "last"])).stdout);
    expect(await contents(home)).toEqual(before);
  });

  test("scored lines take the place of the journal's; a newer score and summary of the older", async () => {
    await run(["add"], stream);
    const journal = [trialRecord("a", 0), trialRecord("b", 1, unreachable), trialRecord("c", 0)];
    // The last line is still being written.
    await writeFile(join(home, "runs", runId, "trials.ndjson"), `${lines(journal)}{"type":"tri`);
    const newer = [trialRecord("b", 0, passed), summaryRecord({ mean_reward: 1 })];
    await run(["add"], newer);
    const records = parsed((await run(["show", "last"])).stdout);
    const trials = records.filter(({ type }) => type === "trial");
    const verdicts = trials.map(({ task_id, trial, passed }) => [task_id, trial, passed]);
    expect(verdicts).toEqual([
      ["a", 0, true],
      ["a", 1, true],
      ["b", 1, null],
      ["b", 0, true],
      ["c", 0, undefined],
    ]);
    expect(records.filter(({ type }) => type === "summary")).toMatchObject([{ mean_reward: 1 }]);
  });

  test("on a terminal: header, summary, then a line per trial", async () => {
    const forged = "first line\n\u001b[2JPASS  forged";
    await run(["add"], [...stream, trialRecord("c", 0, { ...missed, output: forged })]);
    const { stdout, stderr, exitCode } = await run(["show", "last", "--format", "table"]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    expect(stdout).toMatch(/^run {6}20260214-103000-k3f9 · incomplete\n/);
    expect(stdout).toContain("ended after 24 s");
    expect(stdout).toContain("3/4 (75 %)");
    const rows = stdout.split("\n").filter((line) => /^(PASS|MISS|OPEN) /.test(line));
    expect(rows.map((row) => row.split(/\s{2,}/))).toEqual([
      ["PASS", "a", "0", "1", "completed", "2", "1200 / 56", "1.2 s", "395"],
      ["PASS", "a", "1", "1", "completed", "2", "1200 / 56", "1.2 s", "395"],
      ["MISS", "b", "0", "0", "completed", "2", "1200 / 56", "1.2 s", "395"],
      [
        "OPEN",
        "b",
        "1",
        "-",
        "infra_error",
        "-",
        "1200 / 56",
        "1.2 s",
        "model_unreachable: connection refused",
      ],
      [
        "MISS",
        "c",
        "0",
        "0",
        "completed",
        "2",
        "1200 / 56",
        "1.2 s",
        "first line \u{fffd}[2JPASS forged",
      ],
    ]);
    expect(stdout).not.toContain("\u001b");
  });

  test("a trial that took several attempts is one line, by its result; all are in the records", async () => {
    await run(
      ["add"],
      [
        trialRecord("a", 0, { ...unreachable, attempt: 0, reward: null, passed: null, scores: {} }),
        trialRecord("a", 0, { ...passed, attempt: 1 }),
      ],
    );
    const { stdout } = await run(["show", runId, "--format", "table"]);
    const rows = stdout.split("\n").filter((line) => /^(PASS|MISS|OPEN) /.test(line));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatch(/^PASS {2}a .*completed \(attempt 2\)/);
    expect(parsed((await run(["show", runId])).stdout)).toHaveLength(2);
  });

  test("--full: whole outputs, checks, scores, faults and paths of artifacts", async () => {
    const output = `start ${"y".repeat(500)} end\nsecond line`;
    const artifact = { path: `artifacts/${sha256("b 0")}/0-stderr`, bytes: 12, sha256: sha256("") };
    await run(
      ["add"],
      [
        ...stream.slice(0, 3),
        trialRecord("b", 0, {
          ...missed,
          output,
          checks: [
            { name: "answer", kind: "output", passed: false, weight: 1, explanation: "said 394" },
            { name: "file", kind: "file", passed: null, weight: 1 },
          ],
          artifacts: { stderr: artifact },
        }),
        stream[4]!,
      ],
    );
    const { stdout } = await run(["show", "last", "--full", "--format", "table"]);
    expect(stdout).toContain(`${"y".repeat(500)} end\n    second line`);
    expect(stdout).toContain("check answer: failed: said 394");
    expect(stdout).toContain("check file: could not be run");
    expect(stdout).toContain("score checks: 0: said 394, expected 395");
    expect(stdout).toContain("fault: model_unreachable: connection refused");
    expect(stdout).toContain(`artifact stderr: ${home}/runs/${runId}/${artifact.path} (12 bytes)`);
  });

  test("an unknown run, several that begin so, and a hostile name: exit 2 with what to do", async () => {
    const unknown = await run(["show", "nothing"]);
    expect(unknown).toMatchObject({ exitCode: 2, stdout: "" });
    expect(unknown.stderr).toContain('there is no run "nothing"');
    expect(unknown.stderr).toContain("mx-results list");
    expect((await run(["show", "../../etc"])).exitCode).toBe(2);
    expect((await run(["show", ".."])).exitCode).toBe(2);
    expect((await run(["show"])).exitCode).toBe(2);
    await run(["add"], [runRecord({ run_id: "a1" }), runRecord({ run_id: "a2" })]);
    const several = await run(["show", "a"]);
    expect(several.exitCode).toBe(2);
    expect(several.stderr).toMatch(/2 runs begin with "a"[^]*a[12], a[12]/);
  });

  test("| head -1: ends quietly", async () => {
    await run(
      ["add"],
      [...stream, ...Array.from({ length: 5000 }, (_, n) => trialRecord(`t${n}`, 0))],
    );
    const { stdout, stderr, exitCode } = await execa({
      shell: "/bin/bash",
      env: { MX_HOME: home },
    })`set -o pipefail; ${process.execPath} ${bin} show last | head -n 1`;
    expect(parsed(stdout)).toMatchObject([{ type: "run" }]);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  });

  test("a damaged file is exit 65 with file and line; list goes on without it", async () => {
    await run(["add"], stream);
    const scores = join(home, "runs", runId, "scores.ndjson");
    await appendFile(scores, "damage summary\n");
    const shown = await run(["show", "last"]);
    expect(shown.exitCode).toBe(65);
    expect(shown.stderr).toContain(`${scores}:7: not JSON`);
    const listed = await run(["list", "--format", "table"]);
    expect(listed.exitCode).toBe(0);
    expect(listed.stdout).toContain(runId);
    expect(listed.stderr).toContain(`${scores}:7: not JSON`);
  });
});

describe("list", () => {
  const older = "20260101-000000-aaaa";

  test("in a pipe: the run records as they are, newest first", async () => {
    const odd = runRecord({ run_id: older, started_at: "2026-01-01T00:00:00Z" }).replace(
      '"version":1',
      '"version":1, "big":9007199254740993',
    );
    await run(["add"], [odd, ...stream]);
    expect(await run(["list"])).toEqual({
      stdout: lines([stream[7]!, odd]),
      stderr: "",
      exitCode: 0,
    });
    expect((await run(["list", "--limit", "1"])).stdout).toBe(lines([stream[7]!]));
    expect((await run(["list", "-n", "1"])).stdout).toBe(lines([stream[7]!]));
  });

  test("on a terminal: a table with what is known; a run without a run record is there too", async () => {
    await run(["add"], [...stream, trialRecord("a", 0, { run_id: older })]);
    const { stdout } = await run(["list", "--format", "table"]);
    const rows = stdout.trimEnd().split("\n").slice(1);
    expect(rows.map((row) => row.trim().split(/\s{2,}/))).toEqual([
      [
        runId,
        "2026-02-14 10:30",
        "incomplete",
        "scripted",
        "2",
        "2",
        "3/4 (75 %)",
        "0.75",
        "1200 / 56",
        "-",
      ],
      [older, ...Array.from({ length: 9 }, () => "-")],
    ]);
  });

  test("each model of a run has a line, and groups by other names are not mixed in", async () => {
    const usual = (model: string, mean: number) =>
      summaryRecord({ group: { model, variant: "baseline" }, mean_reward: mean });
    const byTask = summaryRecord({ group: { task: "a" }, mean_reward: 0.125 });
    await run(["add"], [stream[0]!, byTask, usual("m-1", 0.25), usual("m-2", 0.5)]);
    const { stdout } = await run(["list", "--format", "table"]);
    expect(stdout).toMatch(/m-1 .* 0\.25 [^]*m-2 .* 0\.5 /);
    expect(stdout).not.toContain("0.125");
  });

  test("a run whose process died says so", async () => {
    await run(["add"], [runRecord()]);
    const lock = { pid: 1, started: "0", boot: "another boot", token: "a", host: "", since: "" };
    const { hostname } = await import("node:os");
    await writeFile(
      join(home, "runs", runId, "lock"),
      JSON.stringify({ ...lock, pid_namespace: null, host: hostname() }),
    );
    expect((await run(["list", "--format", "table"])).stdout).toContain("killed");
    // The record itself stays as it is: nothing is invented.
    expect(parsed((await run(["list"])).stdout)).toMatchObject([{ state: "running" }]);
  });

  test("no runs: nothing in a pipe, a word on a terminal", async () => {
    expect(await run(["list"])).toEqual({ stdout: "", stderr: "", exitCode: 0 });
    expect((await run(["list", "--format", "table"])).stdout).toBe(`no runs in ${home}/runs\n`);
  });
});

describe("the command line", () => {
  test.for([
    [["list", "--nonsense"], "nonsense"],
    [["list", "--limit", "0"], "limit"],
    [["list", "--limit", "many"], "limit"],
    [["frobnicate"], 'unknown command "frobnicate"'],
    [[], "a command is missing"],
  ] as const)("%j is exit 2 and names what is wrong", async ([args, wrong]) => {
    const { stdout, stderr, exitCode } = await run([...args]);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    expect(stderr).toContain(wrong);
  });

  test("the README has the --help text", async () => {
    const readme = await readFile(join(root, "packages/mx-results/README.md"), "utf8");
    for (const args of [[], ["list"], ["show"], ["add"], ["pull"]]) {
      expect(readme).toContain((await run([...args, "--help"])).stdout.trimEnd());
    }
  });

  test("the README's example does what it says", async () => {
    const readme = await readFile(join(root, "packages/mx-results/README.md"), "utf8");
    const line = /^\{"type":"run".*\}$/m.exec(readme)?.[0] ?? "";
    expect((await run(["add"], [line])).stdout).toBe(`${line}\n`);
    const { stdout } = await run(["list", "--format", "table"]);
    expect(readme).toContain(stdout.trimEnd());
  });
});
