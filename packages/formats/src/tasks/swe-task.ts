import type { Task } from "@mx/records";
import { listOf, objectOf, textOf, type JsonObject } from "../json-value.ts";
import type { FoundTask } from "./found-task.ts";
import { graders, runScript } from "./swe-scripts.ts";
import { patchedFiles, testCommand, testTargets } from "./swe-test-command.ts";
import { taskError } from "./task-error.ts";

const workdir = "/testbed";
/** SWE-bench's own limit for the tests of a row. */
const testsMs = 1_800_000;
const used = [
  "problem_statement patch test_patch FAIL_TO_PASS PASS_TO_PASS eval_script test_cmd log_parser",
  "install_config hints_text instance_id image docker_image image_name",
]
  .join(" ")
  .split(" ");

/**
 * A row of SWE-bench, or of a set in its form, as a task: the repository in its image, the patch of tests applied after
 * the agent, and a reward of 1 where all of FAIL_TO_PASS and PASS_TO_PASS pass. Throws MxError 65 that names the row and
 * the field that is missing.
 */
export function sweTask(value: unknown, where: string): FoundTask {
  const row = objectOf(value);
  if (row === null) throw taskError(where, "a row is a JSON object", hint);
  const need = (field: string) => {
    const text = textOf(row[field]);
    if (text !== null && text !== "") return text;
    throw taskError(where, `the row has no ${field}`, hint);
  };
  const id = need("instance_id");
  const prompt = need("problem_statement");
  const tests = need("test_patch");
  const baseCommit = need("base_commit");
  const failing = testNames(row, "FAIL_TO_PASS", where);
  const passing = testNames(row, "PASS_TO_PASS", where);
  if (failing.length + passing.length === 0) {
    throw taskError(where, "FAIL_TO_PASS and PASS_TO_PASS name no test", hint);
  }
  const test = testCommand(row);
  if (test === null) {
    throw taskError(
      where,
      `mx does not know how the tests of ${textOf(row["repo"]) ?? "its repository"} are run`,
      "add a field test_cmd to the row, such as `pytest -rA`, or eval_script, a whole script",
    );
  }
  const { before, after } = patchedFiles(tests);
  const script = runScript({
    baseCommit,
    before,
    added: after.filter((file) => !before.includes(file)),
    ...test,
    targets: testTargets(after, test.output),
  });
  const patch = textOf(row["patch"]);
  const task: Task = {
    type: "task",
    version: 1,
    id,
    prompt,
    image: imageOf(row, id),
    workdir,
    checks: [
      {
        kind: "verifier",
        name: "tests",
        command: "/tests/run.sh",
        files: {
          "run.sh": { text: script, executable: true },
          "test.patch": ended(tests),
          "grade.awk": graders[test.output],
          fail_to_pass: lines(failing),
          pass_to_pass: lines(passing),
          ...(test.isScript && { "eval.sh": test.command }),
        },
        files_path: "/tests",
        output_path: "/logs/verifier",
        reward_files: ["reward.json"],
        timeout_ms: testsMs,
      },
    ],
    ...(patch !== null &&
      patch !== "" && {
        solution: {
          files: { "/solution/gold.patch": ended(patch) },
          command: "git -c safe.directory='*' apply -v /solution/gold.patch",
        },
      }),
    ...(textOf(row["repo"]) !== null && { cluster: need("repo") }),
    meta: {
      swebench: Object.fromEntries(Object.entries(row).filter(([key]) => !used.includes(key))),
    },
  };
  return { task, network: null, notes: [] };
}

const hint =
  "SWE-bench's rows have instance_id, repo, base_commit, problem_statement, test_patch, FAIL_TO_PASS, PASS_TO_PASS";

/** The image that the row names, else SWE-bench's own for it. */
function imageOf(row: JsonObject, id: string): string {
  const named = ["image", "docker_image", "image_name"].map((field) => textOf(row[field]));
  const own = `swebench/sweb.eval.x86_64.${id.replaceAll("__", "_1776_")}:latest`.toLowerCase();
  return named.find((name) => name !== null && name !== "") ?? own;
}

/** A list of names of tests, or the JSON of one, as the data sets have it. */
function testNames(row: JsonObject, field: string, where: string): string[] {
  const given = row[field];
  try {
    const names = listOf(typeof given === "string" ? JSON.parse(given) : given);
    if (given !== undefined && names.every((name) => typeof name === "string"))
      return names as string[];
  } catch {
    // said below
  }
  throw taskError(where, `${field} is no list of names of tests`, hint);
}

function lines(names: readonly string[]): string {
  return names.map((name) => `${name.replaceAll("\n", " ")}\n`).join("");
}

/** `git apply` takes a patch without its last newline for a damaged one. */
function ended(patch: string): string {
  return patch.endsWith("\n") ? patch : `${patch}\n`;
}
