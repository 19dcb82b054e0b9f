import { processes } from "@mx/cli/testing/processes";
import type { Run, ScoredTrial, Trial } from "@mx/records";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { hasBubblewrap } from "./support/needs.ts";
import { ofType, records, runBin, shell, start } from "./support/run-bin.ts";
import { tempHome } from "./support/temp-home.ts";
import { until } from "./support/until.ts";

const temp = tempHome();
const tasks = (...ids: string[]) =>
  ids.map((id) => `${JSON.stringify({ id, prompt: `say ${id}` })}\n`).join("");
const run = (args: string[], input = "") =>
  runBin("mx-sandbox", ["--quiet", ...args], temp.env, input);

/** Settles once so many processes with this command line run on this machine, in sandboxes or out of them. */
async function running(argv: string[], count: number): Promise<void> {
  const line = `${argv.join("\0")}\0`;
  const found = () => processes((read) => read("cmdline") === line);
  await until(`${count} of ${argv.join(" ")}`, () => found().length >= count);
}

describe("mx-sandbox, without running anything", () => {
  test.for<[string, string[], string]>([
    ["no model", ["--prompt", "x"], "--model is missing"],
    [
      "prompt and batch",
      ["--prompt", "x", "--batch", "y", "--", "cat"],
      "--prompt and --batch exclude",
    ],
    ["no file", ["--batch", "/nowhere", "--", "cat"], "cannot read /nowhere"],
    ["no API", ["--prompt", "x", "--model", "m"], "no model API"],
    [
      "a key in the URL",
      ["--prompt", "x", "--model", "m", "--api-url", "http://u:p@h/v1"],
      "no credentials",
    ],
    ["parallel 0", ["--prompt", "x", "--parallel", "0", "--", "cat"], "--parallel"],
    ["unknown flag", ["--prompt", "x", "--paralel", "2", "--", "cat"], "--parallel"],
    [
      "unknown run",
      ["--prompt", "x", "--resume", "20200101-000000-none", "--", "cat"],
      "20200101-000000-none",
    ],
    ["hostile run id", ["--prompt", "x", "--run-id", "../../x", "--", "cat"], "--run-id"],
  ])("%s is a usage error", async ([, args, message]) => {
    const { stdout, stderr, exitCode } = await run(args);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    expect(stderr).toContain(message);
  });

  test.for<[string, string, string]>([
    ["array", '[{"id":"a","prompt":"x"},{"id":"b"}]', "task 2"],
    ["NDJSON", '{"id":"a","prompt":"x"}\n{"id":"b","prompt":1}\n', ":2"],
    ["not JSON", "[{", "not JSON"],
    ["an id twice", '[{"id":"a","prompt":"x"},{"id":"a","prompt":"y"}]', '"a" is given twice'],
  ])("a bad batch file names what is wrong: %s", async ([, text, message]) => {
    const path = join(temp.folder, "batch");
    writeFileSync(path, text);
    const { stderr, exitCode } = await run(["--batch", path, "--dry-run", "--", "cat"]);
    expect(exitCode).toBe(65);
    expect(stderr).toContain(message);
  });

  test("a dry run says what would run and touches nothing", async () => {
    const args = [
      "--dry-run",
      "--model",
      "m",
      "--model",
      "n",
      "--trials",
      "2",
      "--api-url",
      "http://127.0.0.1:9/v1",
    ];
    const { stdout, exitCode } = await run(args, tasks("a"));
    const planned = records(stdout);
    expect(exitCode).toBe(0);
    expect(planned.map((one) => [one["task_id"], one["model"], one["trial"]])).toEqual([
      ["a", "m", 0],
      ["a", "n", 0],
      ["a", "m", 1],
      ["a", "n", 1],
    ]);
    expect(new Set(planned.map((one) => one["key"])).size).toBe(4);
    expect(existsSync(temp.env["MX_HOME"] ?? "")).toBe(false);
  });
});

describe.skipIf(!hasBubblewrap)("mx-sandbox", () => {
  test("reads tasks from stdin, with or without type, and hands the prompt on stdin", async () => {
    const { stdout, stderr, exitCode } = await run(["--trials", "2", "--", "cat"], tasks("a", "b"));
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    const trials = ofType<Trial>(stdout, "trial");
    expect(
      trials.map(({ task_id, trial, output }) => `${task_id} ${trial} ${output}`).sort(),
    ).toEqual(["a 0 say a", "a 1 say a", "b 0 say b", "b 1 say b"]);
    expect(ofType<Run>(stdout, "run").at(-1)).toMatchObject({
      task_ids: ["a", "b"],
      planned: 4,
      owed: 0,
    });
  });

  test("no tasks are no failure", async () => {
    const { stdout, exitCode } = await run(["--", "cat"]);
    expect(exitCode).toBe(0);
    expect(ofType<Run>(stdout, "run").at(-1)).toMatchObject({ planned: 0, state: "done" });
  });

  test("a bad line: no new work, what was running is kept, exit 65", async () => {
    const { stdout, stderr, exitCode } = await run(
      ["--parallel", "1", "--", "cat"],
      `${tasks("a")}oops\n${tasks("b")}`,
    );
    expect(exitCode).toBe(65);
    expect(stderr).toContain("stdin:2");
    expect(ofType<Trial>(stdout, "trial").map(({ task_id }) => task_id)).toEqual(["a"]);
    const skipped = await run(
      ["--on-bad-record", "skip", "--", "cat"],
      `${tasks("a")}oops\n${tasks("b")}`,
    );
    expect(skipped.exitCode).toBe(0);
    expect(skipped.stderr).toContain("1 ");
    expect(ofType<Trial>(skipped.stdout, "trial")).toHaveLength(2);
  });

  test("fills in placeholders; hostile ids and prompts stay data", async () => {
    const id = "../a b'\"$(touch /tmp/x)\n";
    const prompt = 'it\'s "quoted"\n$HOME; `id`';
    const task = `${JSON.stringify({ id, prompt, max_turns: 7 })}\n`;
    const script = 'printf "%s|%s|%s|%s" "$1" "$2" "$3" "$(cat "$4")"';
    const { stdout } = await run(
      ["--", "sh", "-c", script, "sh", "{id}", "{prompt}", "{max_turns}", "{prompt_file}"],
      task,
    );
    expect(ofType<Trial>(stdout, "trial")[0]?.output).toBe(`${id}|${prompt}|7|${prompt}`);
  });

  test("setup, files and every kind of check", async () => {
    const task = {
      id: "all",
      prompt: "x",
      files: {
        "in.txt": "one\n",
        "bin/run.sh": { text: "#!/bin/sh\ncat in.txt made.txt\n", executable: true },
        "b.bin": { base64: "AAEC" },
      },
      setup: "echo two > made.txt",
      checks: [
        { kind: "output", equals: "one\ntwo" },
        { kind: "output", matches: "^one$", name: "not multiline" },
        { kind: "file", path: "/workspace/out.json", contains: "answer" },
        { kind: "file", path: "nothing", exists: false },
        { kind: "file", path: "link-out", contains: "root" },
        { kind: "json", path: "out.json", pointer: "/answer", equals: 42 },
        {
          kind: "exit_code",
          command: "cmp b.bin $MX_CHECKS/expected",
          files: { expected: { base64: "AAEC" } },
        },
        { kind: "exit_code", command: ["false"], expect: 1 },
        { kind: "exit_code", command: "sleep 5", timeout_ms: 200, name: "slow" },
      ],
    };
    const agent =
      "./bin/run.sh; echo '{\"answer\": 42.0}' > out.json; ln -s /etc/passwd link-out; mkfifo fifo";
    const { stdout, exitCode } = await run(["--", "sh", "-c", agent], `${JSON.stringify(task)}\n`);
    expect(exitCode).toBe(0);
    const [trial] = ofType<Trial>(stdout, "trial");
    expect(trial?.checks?.map(({ passed }) => passed)).toEqual([
      true,
      false,
      true,
      true,
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(trial?.checks?.at(-1)).toMatchObject({
      name: "slow",
      explanation: expect.stringContaining("timeout"),
    });
  });

  test("a failed setup and a missing agent are infrastructure failures, tried again only where that may help", async () => {
    const task = { id: "a", prompt: "x", setup: "echo no network; exit 3" };
    const setup = await run(
      ["--retries", "5", "--retry-delay", "0", "--", "cat"],
      `${JSON.stringify(task)}\n`,
    );
    expect(setup.exitCode).toBe(75);
    const faults = ofType<Trial>(setup.stdout, "trial").map(({ outcome, fault }) => [
      outcome,
      fault?.class,
      fault?.message,
    ]);
    // The same failure three times in a row is final.
    expect(faults).toEqual(
      Array(3).fill(["infra_error", "setup_failed", expect.stringContaining("no network")]),
    );
    const missing = await run(["--", "no-such-agent"], tasks("a"));
    expect(missing.exitCode).toBe(75);
    expect(ofType<Trial>(missing.stdout, "trial")).toMatchObject([
      { outcome: "infra_error", fault: { class: "agent_not_started" } },
    ]);
  });

  test("an agent that fails, and one that is too slow, have results", async () => {
    const text =
      tasks("a") + `${JSON.stringify({ id: "slow", prompt: "say slow", timeout_ms: 300 })}\n`;
    const script = 'if [ "$0" = slow ]; then echo partial; sleep 60; fi; echo why >&2; exit 127';
    const { stdout, exitCode } = await run(["--", "sh", "-c", script, "{id}"], text);
    expect(exitCode).toBe(0);
    const trials = new Map(ofType<Trial>(stdout, "trial").map((trial) => [trial.task_id, trial]));
    expect(trials.get("a")).toMatchObject({
      outcome: "failed",
      exit_code: 127,
      attempt: 0,
      fault: { class: "agent_error", message: "why" },
    });
    expect(trials.get("slow")).toMatchObject({
      outcome: "timeout",
      exit_code: null,
      output: "partial\n",
    });
  });

  test("a long or binary answer is whole in its artifact", async () => {
    const script =
      'if [ "$0" = long ]; then head -c 300000 /dev/zero | tr "\\0" x; else printf "\\377\\001"; fi';
    const { stdout } = await run(["--", "sh", "-c", script, "{id}"], tasks("long", "binary"));
    const trials = new Map(ofType<Trial>(stdout, "trial").map((trial) => [trial.task_id, trial]));
    const long = trials.get("long");
    expect(long).toMatchObject({
      output_bytes: 300_000,
      artifacts: { stdout: { bytes: 300_000 } },
    });
    expect(long?.output).toHaveLength(65_536);
    const binary = trials.get("binary");
    const path = join(
      temp.env["MX_HOME"] ?? "",
      "runs",
      binary?.run_id ?? "",
      binary?.artifacts["stdout"]?.path ?? "",
    );
    expect(readFileSync(path)).toEqual(Buffer.from([0xff, 0x01]));
  });

  test("--resume does what is owed, from a run or from a file, and writes the whole stream again", async () => {
    const first = await run(["--run-id", "first", "--", "cat"], tasks("a", "b"));
    const again = await run(["--resume", "first", "--", "cat"], tasks("a", "b", "c"));
    const keyed = (text: string) =>
      ofType<Trial>(text, "trial").map(({ task_id, started_at }) => `${task_id} ${started_at}`);
    expect(keyed(again.stdout).slice(0, 2).sort()).toEqual(keyed(first.stdout).sort());
    expect(
      ofType<Trial>(again.stdout, "trial")
        .map(({ task_id }) => task_id)
        .sort(),
    ).toEqual(["a", "b", "c"]);
    const nothing = await run(["--resume", "last", "--", "cat"], tasks("a", "b", "c"));
    expect(keyed(nothing.stdout)).toEqual(keyed(again.stdout));

    const file = join(temp.folder, "kept.ndjson");
    writeFileSync(file, first.stdout);
    const moved = await run(
      ["--resume", file, "--run-id", "second", "--", "cat"],
      tasks("a", "b", "c"),
    );
    expect(ofType<Run>(moved.stdout, "run").at(-1)).toMatchObject({
      run_id: "second",
      finished: 3,
      owed: 0,
    });
    expect(keyed(moved.stdout).slice(0, 2).sort()).toEqual(keyed(first.stdout).sort());
    const changed = await run(
      ["--resume", "second", "--", "cat"],
      '{"id":"a","prompt":"something else"}\n',
    );
    expect(ofType<Trial>(changed.stdout, "trial").at(-1)?.output).toBe("something else");
  });

  test("two at a time cannot write the same run", async () => {
    const holder = start(
      "mx-sandbox",
      ["--quiet", "--run-id", "held", "--", "sleep", "2"],
      temp.env,
      { input: tasks("a") },
    );
    while (!existsSync(join(temp.env["MX_HOME"] ?? "", "runs/held/trials.ndjson"))) await sleep(20);
    const second = await run(["--resume", "held", "--", "sleep", "2"], tasks("a"));
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toContain("held");
    expect((await holder).exitCode).toBe(0);
  });

  test("a reader that closes early ends the run quietly", async () => {
    const many = Array.from({ length: 50 }, (_, n) => `t${n}`);
    writeFileSync(join(temp.folder, "many"), tasks(...many));
    const { stdout, stderr, exitCode } = await shell(
      `mx-sandbox --quiet --batch ${temp.folder}/many -- sleep 0.1 | head -1`,
      temp.env,
    );
    expect({ stderr, exitCode, lines: records(stdout).length }).toEqual({
      stderr: "",
      exitCode: 0,
      lines: 1,
    });
  });

  test(
    "the first signal takes no new work and keeps what runs; the second ends at once",
    { timeout: 30_000 },
    async () => {
      const child = start(
        "mx-sandbox",
        ["--quiet", "--parallel", "2", "--", "sleep", "1.0471"],
        temp.env,
        { input: tasks("a", "b", "c", "d") },
      );
      await running(["sleep", "1.0471"], 2);
      child.kill("SIGINT");
      const { stdout, exitCode } = await child;
      expect(exitCode).toBe(130);
      expect(ofType<Trial>(String(stdout), "trial").map(({ outcome }) => outcome)).toEqual([
        "completed",
        "completed",
      ]);
      expect(ofType<Run>(String(stdout), "run").at(-1)).toMatchObject({
        state: "cancelled",
        finished: 2,
      });

      const stubborn = start(
        "mx-sandbox",
        ["--quiet", "--parallel", "2", "--", "sleep", "60.0471"],
        temp.env,
        { input: tasks("a", "b", "c") },
      );
      await running(["sleep", "60.0471"], 2);
      stubborn.kill("SIGTERM");
      await sleep(100);
      stubborn.kill("SIGTERM");
      const began = Date.now();
      const ended = await stubborn;
      expect(Date.now() - began).toBeLessThan(5_000);
      expect(ended.exitCode).toBe(143);
      const cancelled = ofType<ScoredTrial>(String(ended.stdout), "trial");
      expect(cancelled.map(({ outcome }) => outcome)).toEqual(["cancelled", "cancelled"]);
    },
  );

  test("without isolation only when asked for, and with the same records", async () => {
    const { stdout, exitCode, stderr } = await run(
      ["--backend", "process", "--", "sh", "-c", "pwd; cat"],
      tasks("a"),
    );
    expect(exitCode, stderr).toBe(0);
    expect(ofType<Trial>(stdout, "trial")[0]).toMatchObject({
      backend: "process",
      output: expect.stringContaining("say a"),
    });
    expect(readdirSync(join(temp.env["MX_HOME"] ?? "", "runs"))).toHaveLength(1);
  });
});
