import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Task } from "@mx/records";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { graders } from "./swe-scripts.ts";
import { sweTask } from "./swe-task.ts";
import { patchedFiles, testTargets } from "./swe-test-command.ts";

const row = {
  instance_id: "psf__requests-1",
  repo: "psf/requests",
  base_commit: "abc",
  version: "2.3",
  problem_statement: "It fails.",
  patch: "--- a/x.py\n+++ b/x.py\n",
  test_patch: "--- a/tests/test_x.py\n+++ b/tests/test_x.py\n--- /dev/null\n+++ b/tests/new.py",
  FAIL_TO_PASS: '["tests/test_x.py::a"]',
  PASS_TO_PASS: ["tests/test_x.py::b[1]"],
};
const task = (fields: object = {}) => Task.parse(sweTask({ ...row, ...fields }, "rows:1").task);
const script = (fields: object = {}) => JSON.stringify(task(fields).checks);

test("a row is a task in its image, with its tests and its gold patch", () => {
  expect(task()).toMatchObject({
    id: "psf__requests-1",
    prompt: "It fails.",
    image: "swebench/sweb.eval.x86_64.psf_1776_requests-1:latest",
    workdir: "/testbed",
    cluster: "psf/requests",
    solution: { files: { "/solution/gold.patch": row.patch } },
    meta: { swebench: { repo: "psf/requests", base_commit: "abc", version: "2.3" } },
  });
  const [check] = task().checks ?? [];
  const { files = {} } = check as { files?: Record<string, unknown> };
  expect(files).toMatchObject({
    fail_to_pass: "tests/test_x.py::a\n",
    pass_to_pass: "tests/test_x.py::b[1]\n",
    "test.patch": `${row.test_patch}\n`,
  });
  expect(JSON.stringify(files["run.sh"])).toContain(
    "( pytest -rA 'tests/test_x.py' 'tests/new.py' )",
  );
});

test("what a row says itself comes first", () => {
  expect(task({ docker_image: "my/image" }).image).toBe("my/image");
  expect(script({ test_cmd: "make check" })).toContain("( make check 'tests/test_x.py'");
  expect(script({ install_config: { test_cmd: ["a", "b"] } })).toContain("( a && b ");
  expect(script({ eval_script: "echo whole" })).toContain("bash /tests/eval.sh");
});

test.for<[string, object, string]>([
  ["no id", { instance_id: "" }, "rows:1: the row has no instance_id"],
  ["no tests", { FAIL_TO_PASS: [], PASS_TO_PASS: "[]" }, "name no test"],
  ["a list that is none", { FAIL_TO_PASS: "[" }, "FAIL_TO_PASS is no list"],
  ["names that are none", { PASS_TO_PASS: [1] }, "PASS_TO_PASS is no list"],
  ["an unknown repository", { repo: "a/b" }, "how the tests of a/b are run"],
])("%s is refused", ([, fields, message]) => {
  expect(() => task(fields)).toThrow(message);
});

test("Django's runner is given modules", () => {
  const { after } = patchedFiles("+++ b/tests/forms/test_a.py\n+++ b/tests/forms/data.txt\n");
  expect(testTargets(after, "django")).toEqual(["forms.test_a"]);
});

describe("what tests print decides", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mx-swe-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  /** The reward of a log. */
  function grade(kind: keyof typeof graders, log: string, fail: string[], pass: string[]) {
    const put = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const args = [
      ["-f", put("grade.awk", graders[kind])],
      put("fail", fail.map((name) => `${name}\n`).join("")),
      put("pass", pass.map((name) => `${name}\n`).join("")),
      put("log", log),
    ].flat();
    const said: unknown = JSON.parse(
      execFileSync("sh", ["-c", 'exec awk "$@"', "sh", ...args], { encoding: "utf8" }),
    );
    return said as { reward: number; fail_to_pass: string; pass_to_pass: string };
  }
  const pytest =
    "tests/t.py::v PASSED   [ 50%]\n==== short test summary info ====\n" +
    "\u001b[32mPASSED\u001b[0m tests/t.py::a\nPASSED tests/t.py::b[x-1]\nXFAIL tests/t.py::c - later\n" +
    "FAILED tests/t.py::d - assert 1 == 2\nERROR tests/t.py::e\nSKIPPED [1] tests/t.py:3: why\n";
  test.for<[string[], string[], number]>([
    [["tests/t.py::a"], ["tests/t.py::b[x-1]", "tests/t.py::c", "tests/t.py::v"], 1],
    [["tests/t.py::a"], ["tests/t.py::d"], 0],
    [["tests/t.py::e"], [], 0],
    [["tests/t.py::not-run"], ["tests/t.py::a"], 0],
  ])("pytest: %j and %j", ([fail, pass, reward]) => {
    expect(grade("pytest", pytest, fail, pass).reward).toBe(reward);
  });

  const django =
    "test_a (m.T) ... ok\ntest_b (m.T)\nWhat it does. ... ok\ntest_c (m.T) ... FAIL\n" +
    "test_d (m.T) ... skipped 'x'\ntest_e (m.T) ... expected failure\ntest_f (m.T) ... ok\n" +
    "======\nFAIL: test_c (m.T)\nERROR: test_f (m.T)\n";
  test.for<[string[], string[], number]>([
    [["test_a (m.T)"], ["test_b (m.T)", "test_e (m.T)", "What it does."], 1],
    [["test_c (m.T)"], [], 0],
    [["test_a (m.T)"], ["test_d (m.T)"], 0],
    [["test_f (m.T)"], [], 0],
  ])("Django: %j and %j", ([fail, pass, reward]) => {
    expect(grade("django", django, fail, pass).reward).toBe(reward);
  });

  test("it says how many of how many", () => {
    const said = grade("pytest", pytest, ["tests/t.py::a", "tests/t.py::d"], ["tests/t.py::e"]);
    expect(said).toEqual({ reward: 0, fail_to_pass: "1 of 2", pass_to_pass: "0 of 1" });
  });
});
