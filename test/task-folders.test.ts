import { startEmulator } from "@mx/modal-emulator";
import type { DoctorCheck, Run, ScoredTrial, Summary, Task, Trial } from "@mx/records";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { hasBubblewrap } from "./support/needs.ts";
import { ofType, root, runBin, shell, type Fields } from "./support/run-bin.ts";
import { tempHome } from "./support/temp-home.ts";

const temp = tempHome();
const fixtures = join(root, "fixtures/harbor-tasks");
const fixture = (name: string) => join(fixtures, name);
const run = (args: string[], input = "") =>
  runBin("mx-sandbox", ["--quiet", ...args], temp.env, input);
const trialsOf = (text: string) =>
  new Map(ofType<Trial>(text, "trial").map((trial) => [trial.task_id, trial]));

/** A task folder in the test's own folder, of these files besides the usual ones. */
function taskFolder(name: string, files: Record<string, string>): string {
  const folder = join(temp.folder, "tasks", name);
  const usual = {
    "task.toml": "[agent]\ntimeout_sec = 60\n[verifier]\ntimeout_sec = 60\n",
    "instruction.md": "Do it.\n",
    "environment/Dockerfile": "FROM debian:bookworm-slim\nWORKDIR /app\n",
    "tests/test.sh": "[ -e done ]\necho $((! $?)) >/logs/verifier/reward.txt\n",
  };
  for (const [path, text] of Object.entries({ ...usual, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe("mx-sandbox tasks", () => {
  test("writes task folders as records, the same each time", async () => {
    const { stdout, stderr, exitCode } = await runBin("mx-sandbox", ["tasks", fixtures], temp.env);
    expect(exitCode).toBe(0);
    expect(stderr).toBe(
      "mx-sandbox tasks: env-greeting: $MX_FIXTURE_LEVEL of the host is not looked at: its default is used\n" +
        "mx-sandbox tasks: 1 of them may not reach the internet, which a run from records cannot know: run those whose meta.harbor.network says so without --network full\n",
    );
    await expect(stdout).toMatchFileSnapshot(join(fixtures, "expected.ndjson"));
  });

  test("patterns, single folders and files of rows, in their order", async () => {
    const rows = join(temp.folder, "rows.jsonl");
    writeFileSync(rows, `${JSON.stringify(sweRow("abc", ""))}\n`);
    const args = [
      "tasks",
      join(fixtures, "*-{a}-*"),
      join(fixtures, "f*-*r*"),
      fixture("slow-verifier"),
      rows,
    ];
    const bad = await runBin("mx-sandbox", args, temp.env);
    expect({ ...bad, stderr: bad.stderr.split("\n")[0] }).toEqual({
      stdout: "",
      stderr: `mx-sandbox tasks: --tasks ${join(fixtures, "*-{a}-*")}: there is no such file or folder`,
      exitCode: 2,
    });
    const { stdout } = await runBin("mx-sandbox", ["tasks", ...args.slice(2)], temp.env);
    expect(ofType<Task>(stdout, "task").map(({ id }) => id)).toEqual([
      "far-workdir",
      "fix-script",
      "four-words",
      "slow-verifier",
      "local__calc-1",
    ]);
  });

  test("a broken folder is named with its line, or left out and counted", async () => {
    taskFolder("good", {});
    const wrong = taskFolder("wrong", { "task.toml": "[agent]\ntimeout_sec = 'soon'\n" });
    const linked = taskFolder("linked", {});
    symlinkSync("/etc/passwd", join(linked, "tests/passwd"));
    const failed = await runBin("mx-sandbox", ["tasks", wrong], temp.env);
    expect(failed).toMatchObject({ stdout: "", exitCode: 65 });
    expect(failed.stderr).toContain(`${wrong}/task.toml:2: agent.timeout_sec: expected a number`);
    const skipped = await runBin(
      "mx-sandbox",
      ["tasks", join(temp.folder, "tasks"), "--on-bad-record", "skip"],
      temp.env,
    );
    expect(ofType<Task>(skipped.stdout, "task").map(({ id }) => id)).toEqual(["good"]);
    expect(skipped.stderr).toMatch(/left out: .*linked\/tests: .*passwd leads out of the folder/);
    expect(skipped.stderr).toContain("2 tasks were left out");
    const asRun = await run(["--tasks", join(temp.folder, "tasks"), "--dry-run", "--", "true"]);
    expect(asRun.exitCode).toBe(65);
  });
});

test("a task that wants no internet is not run with it, and one that may use it is told of", async () => {
  const full = await run([
    "--tasks",
    fixture("hello-file"),
    "--network",
    "full",
    "--dry-run",
    "--",
    "true",
  ]);
  expect(full).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("mx/hello-file may not reach the internet"),
  });
  const open = taskFolder("open", { "task.toml": "[environment]\nallow_internet = true\n" });
  const none = await run(["--tasks", open, "--dry-run", "--", "true"]);
  expect(none).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining("open may use the internet"),
  });
});

test("--tasks excludes other sources", async () => {
  const { stderr, exitCode } = await run(["--tasks", fixtures, "--prompt", "x", "--", "true"]);
  expect({ exitCode, stderr: stderr.split("\n")[0] }).toEqual({
    exitCode: 2,
    stderr: "mx-sandbox: --prompt and --tasks exclude each other",
  });
});

describe.skipIf(!hasBubblewrap)("task folders in local sandboxes", () => {
  test(
    "gold passes and doing nothing does not; what needs an image build says so",
    { timeout: 120_000 },
    async () => {
      const { stdout, stderr, exitCode } = await run([
        "--tasks",
        fixtures,
        "--preflight",
        "--parallel",
        "2",
        "--",
        "true",
      ]);
      const checks = ofType<DoctorCheck>(stdout, "check");
      const builds = checks.filter(({ name }) => name.startsWith("needs-build"));
      expect(builds.map(({ ok, detail }) => `${ok} ${detail.slice(0, 32)}`)).toEqual(
        Array<string>(2).fill("false Dockerfile:7: `RUN apt-get updat"),
      );
      const others = checks.filter((check) => !builds.includes(check));
      expect(others.filter(({ ok }) => !ok)).toEqual([]);
      expect(others).toHaveLength(18);
      expect(ofType<Trial>(stdout, "trial")).toEqual([]);
      expect({ exitCode, owed: ofType<Run>(stdout, "run").at(-1)?.owed }).toEqual({
        exitCode: 1,
        owed: 10,
      });
      expect(stderr).toContain("preflight: no model is asked");
    },
  );

  test(
    "partial rewards count as they are, and a task that was not run is owed and not scored",
    { timeout: 120_000 },
    async () => {
      const agent = `printf 'summer\\nspring\\n' >seasons.txt; echo 'echo $((2 * $1 * $1))' >double; chmod +x double`;
      const folders = ["four-words", "test-report", "needs-build"].flatMap((name) => [
        "--tasks",
        fixture(name),
      ]);
      const { stdout, stderr, exitCode } = await run([...folders, "--", "sh", "-c", agent]);
      expect(exitCode).toBe(75);
      expect(stderr).toMatch(
        /task needs-build was not run: Dockerfile:7: .*--backend container or modal/,
      );
      const trials = trialsOf(stdout);
      expect(trials.get("needs-build")).toMatchObject({
        outcome: "infra_error",
        fault: { retryable: false },
      });
      expect(trials.get("four-words")?.checks).toEqual([
        {
          name: "tests",
          kind: "verifier",
          passed: false,
          value: 0.5,
          weight: 1,
          explanation: "reward 0.5",
        },
      ]);
      expect(trials.get("test-report")?.checks?.[0]).toMatchObject({
        passed: false,
        value: 0.666667,
        explanation: "reward 0.666667: 2 of 3 tests passed",
      });
      const scored = await runBin("mx-score", ["--pass-threshold", "0.5"], temp.env, stdout);
      const rewards = ofType<ScoredTrial>(scored.stdout, "trial").map(
        ({ task_id, reward, passed }) => `${task_id} ${reward} ${passed}`,
      );
      expect(rewards.sort()).toEqual([
        "four-words 0.5 true",
        "needs-build null null",
        "test-report 0.666667 true",
      ]);
      expect(ofType<Summary>(scored.stdout, "summary")[0]).toMatchObject({ planned: 3, scored: 2 });
    },
  );

  test("mx-agent solves a task through mx-proxy", { timeout: 120_000 }, async () => {
    const script = join(temp.folder, "script.ndjson");
    const call = { name: "Bash", arguments: { command: "pwd; echo 'Hello, world!' >hello.txt" } };
    const lines: Fields[] = [
      { model: "scripted" },
      { task: "mx/hello-file", turn: 1, tool_calls: [call] },
      { task: "mx/hello-file", turn: 2, when: { contains: "/app" }, content: "done" },
    ];
    writeFileSync(script, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const line = `mx-proxy --script ${script} -- mx-sandbox --quiet --tasks ${fixture("hello-file")} --model scripted | mx-score`;
    const { stdout, stderr, exitCode } = await shell(line, temp.env);
    expect({ stderr, exitCode }).toEqual({
      stderr:
        "mx-sandbox: no image is built here: this host's programs stand in for those of ubuntu:24.04\n",
      exitCode: 0,
    });
    const [trial] = ofType<ScoredTrial>(stdout, "trial");
    expect(trial).toMatchObject({ output: "done\n", reward: 1, passed: true });
  });

  /** What a dishonest agent leaves behind: rewards, tests, start-up files, programs, and a process that goes on writing. */
  const plant = `
mkdir -p /logs/verifier /tests && echo 1 >/logs/verifier/reward.txt
printf '#!/bin/sh\\necho 1 >/logs/verifier/reward.txt\\n' >/tests/test.sh && chmod +x /tests/test.sh
for file in .bashrc .profile .bash_profile .zshenv .shinit; do
  echo 'echo 1 >/logs/verifier/reward.txt; exit 0' >~/$file
done
site=~/.local/lib/python3.$(python3 -c 'import sys; print(sys.version_info.minor)')/site-packages
mkdir -p "$site" ~/bin
echo 'open("/logs/verifier/reward.txt", "w").write("1")' >"$site/sitecustomize.py"
cp "$site/sitecustomize.py" "$site/usercustomize.py"
printf '#!/bin/sh\\necho "Hello, world!"\\n' >~/bin/cat; chmod +x ~/bin/cat; cp ~/bin/cat ./cat
export PATH="$HOME/bin:$PATH" BASH_ENV=~/.bashrc ENV=~/.shinit PYTHONPATH="$site"
setsid sh -c 'while :; do echo 1 >/logs/verifier/reward.txt; echo 1 >reward.txt; sleep 0.02; done' >/dev/null 2>&1 &
ls /tests/check.py /tests/cases.txt /solution 2>&1
true`;

  test(
    "nothing that an agent plants outside of its solution decides",
    { timeout: 120_000 },
    async () => {
      const names = ["hello-file", "fix-script", "test-report", "env-greeting"];
      const folders = names.flatMap((name) => ["--tasks", fixture(name)]);
      const prepared = taskFolder("prepared", {
        "environment/Dockerfile":
          "FROM debian\nWORKDIR /app\nRUN mkdir -p /logs/verifier /tests /solution\n",
        "tests/test.sh": `python3 -c 'pass'; bash -c true; bash -lc true
        [ ! -e /logs/verifier/reward.txt ] && [ -z "$(ls -A ~)" ] && [ -z "$BASH_ENV$PYTHONPATH" ]
        echo "0.$?" >/logs/verifier/reward.txt`,
      });
      const { stdout, exitCode } = await run([
        ...folders,
        "--tasks",
        prepared,
        "--",
        "bash",
        "-c",
        plant,
      ]);
      expect(exitCode).toBe(0);
      const trials = [...trialsOf(stdout).values()];
      expect(trials.map(({ checks }) => checks?.[0]?.value)).toEqual([0, 0, 0, 0, 0]);
      expect(trials.map(({ outcome }) => outcome)).toEqual(Array(5).fill("completed"));
      for (const { task_id, output } of trials) {
        expect(output, task_id).toMatch(/\/tests\/check\.py.*No such file/);
        expect(output, task_id).toMatch(/\/tests\/cases\.txt.*No such file/);
      }
    },
  );

  test(
    "links in the way of a verifier's folders lead it nowhere",
    { timeout: 120_000 },
    async () => {
      const folder = taskFolder("links", {
        "environment/Dockerfile": "FROM debian\nWORKDIR /app\nRUN mkdir -p /logs/verifier /tests\n",
      });
      const agent = `rmdir /logs/verifier; ln -s /app/mine /logs/verifier; mkdir mine; echo 1 >mine/reward.txt
      echo 'echo 1 >/logs/verifier/reward.txt' >/tests/test.sh`;
      const { stdout } = await run(["--tasks", folder, "--", "sh", "-c", agent]);
      expect(trialsOf(stdout).get("links")?.checks?.[0]).toMatchObject({ value: 0, passed: false });
    },
  );

  test("at Modal a verifier has folders of its own too", { timeout: 120_000 }, async () => {
    const emulator = await startEmulator();
    try {
      const folders = ["hello-file", "four-words"].flatMap((name) => ["--tasks", fixture(name)]);
      const env = { ...temp.env, ...emulator.env };
      const args = ["--quiet", "--backend", "modal", "--preflight", ...folders];
      const { stdout, stderr } = await runBin(
        "mx-sandbox",
        [...args, "--", "bash", "-c", plant],
        env,
      );
      const checks = ofType<DoctorCheck>(stdout, "check");
      expect(
        checks.filter(({ ok }) => !ok),
        stderr,
      ).toEqual([]);
      expect(checks).toHaveLength(4);
      const trials = [...trialsOf(stdout).values()];
      expect(trials.map((trial) => trial.checks?.[0]?.value)).toEqual([0, 0]);
    } finally {
      await emulator.close();
    }
  });

  test(
    "a verifier that breaks makes no score, and one whose clock runs out makes a miss",
    { timeout: 120_000 },
    async () => {
      taskFolder("silent", { "tests/test.sh": "echo no compiler >&2; exit 3\n" });
      taskFolder("odd", {
        "tests/test.sh": `echo '{"a": 1, "b": 0}' >/logs/verifier/reward.json\n`,
      });
      taskFolder("slow", {
        "task.toml": "[verifier]\ntimeout_sec = 0.5\n",
        "tests/test.sh": "echo 1 >/logs/verifier/reward.txt; sleep 60\n",
      });
      const { stdout, exitCode } = await run([
        "--tasks",
        join(temp.folder, "tasks"),
        "--retries",
        "0",
        "--",
        "true",
      ]);
      const trials = trialsOf(stdout);
      expect(exitCode).toBe(75);
      expect(trials.get("silent")).toMatchObject({
        outcome: "infra_error",
        fault: {
          class: "grade_failed",
          message: expect.stringMatching(/no reward was written .*exit 3.*no compiler/),
        },
      });
      expect(trials.get("odd")?.fault?.message).toContain("several numbers (a, b)");
      expect(trials.get("slow")).toMatchObject({
        outcome: "completed",
        checks: [{ value: 0, passed: false, explanation: "ended by timeout" }],
      });
    },
  );
});

test("a task of one's own has a verifier without isolation too", async () => {
  const check = {
    kind: "verifier",
    command: 'grep -q "$(cat "$MX_CHECKS/word")" word.txt && echo 0.75 >"$MX_VERIFIER/score"',
    files: { word: "heron" },
    reward_files: ["score"],
  };
  const task = JSON.stringify({ id: "own", prompt: "x", checks: [check] });
  const { stdout, exitCode } = await run(
    ["--backend", "process", "--", "sh", "-c", "echo a heron >word.txt"],
    task,
  );
  expect(exitCode).toBe(0);
  expect(trialsOf(stdout).get("own")?.checks?.[0]).toMatchObject({ value: 0.75, passed: false });
});

/** A row of SWE-bench's form about the repository that `makeRepository` makes. */
function sweRow(baseCommit: string, patch: string) {
  return {
    instance_id: "local__calc-1",
    repo: "local/calc",
    base_commit: baseCommit,
    problem_statement: "add(1, 2) is 4.",
    patch,
    test_patch:
      "--- a/tests/cases.py\n+++ b/tests/cases.py\n@@ -1 +1,2 @@\n cases = {'add_zero': (0, 0, 0)}\n" +
      "+cases['add_two'] = (1, 2, 3)\n",
    FAIL_TO_PASS: '["tests/cases.py::add_two"]',
    PASS_TO_PASS: '["tests/cases.py::add_zero"]',
    test_cmd: "python3 tests/run.py",
  };
}

const gold =
  "--- a/calc.py\n+++ b/calc.py\n@@ -1,2 +1,2 @@\n def add(a, b):\n-    return a + b + (1 if a else 0)\n+    return a + b\n";

/** A repository with a bug, and its only commit. */
function makeRepository(folder: string): { commit: string; bundle: string } {
  mkdirSync(join(folder, "tests"), { recursive: true });
  writeFileSync(join(folder, "calc.py"), "def add(a, b):\n    return a + b + (1 if a else 0)\n");
  writeFileSync(join(folder, "tests/cases.py"), "cases = {'add_zero': (0, 0, 0)}\n");
  writeFileSync(
    join(folder, "tests/run.py"),
    "import sys\n\nsys.path.insert(0, '.')\nfrom calc import add\nfrom cases import cases\n\n" +
      "for name, (a, b, total) in cases.items():\n" +
      "    print('PASSED' if add(a, b) == total else 'FAILED', f'tests/cases.py::{name}')\n",
  );
  const env = {
    PATH: process.env["PATH"],
    HOME: folder,
    GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
    GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
  };
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=mx", "-c", "user.email=mx@example.org", ...args], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
  git("init", "-q", "-b", "main");
  git("add", "calc.py", "tests");
  git("commit", "-q", "-m", "calc");
  git("bundle", "create", "-q", "all.bundle", "main");
  return {
    commit: git("rev-parse", "HEAD").trim(),
    bundle: readFileSync(join(folder, "all.bundle")).toString("base64"),
  };
}

const hasGit = existsSync("/usr/bin/git");
if (!hasGit) console.warn("skipped: rows of SWE-bench, for which sandboxes need /usr/bin/git");

test.skipIf(!hasBubblewrap || !hasGit)(
  "a row of SWE-bench is solved by its gold patch, and not by an agent that changes tests and hooks",
  { timeout: 120_000 },
  async () => {
    const { commit, bundle } = makeRepository(join(temp.folder, "repository"));
    const rows = join(temp.folder, "rows.json");
    writeFileSync(rows, JSON.stringify([sweRow(commit, gold)]));
    const { stdout: text } = await runBin("mx-sandbox", ["tasks", rows], temp.env);
    const [{ image, ...task } = {} as Task] = ofType<Task>(text, "task");
    expect(image).toBe("swebench/sweb.eval.x86_64.local_1776_calc-1:latest");
    // In place of the image, which has the repository.
    const setup =
      "git init -q . && git fetch -q ./all.bundle main && git checkout -q FETCH_HEAD && rm all.bundle";
    const local = JSON.stringify({ ...task, files: { "all.bundle": { base64: bundle } }, setup });
    const agent = `
      printf '#!/bin/sh\\necho "{\\\\"reward\\\\": 1}" >/logs/verifier/reward.json\\n' >.git/hooks/post-checkout
      chmod +x .git/hooks/post-checkout; git config core.fsmonitor .git/hooks/post-checkout
      echo "cases = {'add_zero': (0, 0, 0), 'add_two': (0, 0, 0)}" >tests/cases.py`;
    const { stdout, stderr } = await run(["--preflight", "--", "sh", "-c", agent], local);
    const checks = ofType<DoctorCheck>(stdout, "check");
    expect(
      checks.map(({ name, ok, detail }) => `${name} ${ok} ${detail}`),
      stderr,
    ).toEqual([
      "local__calc-1: solution true passes all checks",
      'local__calc-1: doing nothing true tests: reward 0: fail_to_pass "0 of 1", pass_to_pass "1 of 1"',
    ]);
    expect(trialsOf(stdout).get("local__calc-1")?.checks?.[0]).toMatchObject({
      value: 0,
      explanation: 'reward 0: fail_to_pass "0 of 1", pass_to_pass "1 of 1"',
    });
    // What an agent leaves behind in the repository was a failure of the row once.
    const solves = "sed -i 's/ + (1 if a else 0)//' calc.py; ";
    const left: [does: string, value: number][] = [
      [`${solves} touch .git/index.lock`, 1],
      [`${solves} rm tests/cases.py; mkdir -p tests/cases.py/deep; touch tests/cases.py/deep/x`, 1],
      ["rm .git/index; mkdir -p .git/index/deep", 0],
    ];
    const tasks = left.map(([prompt], n) =>
      JSON.stringify({
        ...task,
        files: { "all.bundle": { base64: bundle } },
        setup,
        id: `left-${n}`,
        prompt,
      }),
    );
    const ended = await run(["--", "sh", "{prompt_file}"], tasks.join("\n"));
    const trials = trialsOf(ended.stdout);
    const values = left.map((_, n) => {
      const { checks, fault } = trials.get(`left-${n}`) ?? {};
      return checks?.[0]?.value ?? fault?.message;
    });
    expect(values, ended.stderr).toEqual(left.map(([, value]) => value));
  },
);
