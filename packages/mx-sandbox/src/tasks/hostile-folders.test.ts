import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findPlaces } from "./find-places.ts";
import { readTaskFolder } from "./read-task-folder.ts";

let base: string;
let task: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "mx-tasks-"));
  task = join(base, "set", "task");
  for (const name of ["environment", "tests"]) mkdirSync(join(task, name), { recursive: true });
  writeFileSync(join(task, "task.toml"), 'version = "1.0"\n');
  writeFileSync(join(task, "instruction.md"), "do it");
  writeFileSync(join(task, "environment/Dockerfile"), "FROM debian\nWORKDIR /app\n");
  writeFileSync(join(task, "tests/test.sh"), "true");
  mkdirSync(join(base, "private"));
  writeFileSync(join(base, "private/key"), "of this host");
});
afterEach(() => rmSync(base, { recursive: true }));

/** Puts a link to a file or folder of the host in the place of a part of the task. */
function replace(name: string, target: string): void {
  rmSync(join(task, name), { recursive: true });
  symlinkSync(target, join(task, name));
}

test("a prompt that is a link to a file of the host went to the model", () => {
  expect(readTaskFolder(task).task.prompt).toBe("do it");
  replace("instruction.md", join(base, "private/key"));
  const leads = expect.objectContaining({
    code: "bad_task",
    exitCode: 65,
    message: expect.stringMatching(/instruction\.md.* leads out of the folder/),
  });
  expect(() => readTaskFolder(task)).toThrow(leads);
});

test("a build context that is a link to a folder of the host went into an image", () => {
  replace("environment", join(base, "private"));
  expect(() => readTaskFolder(task)).toThrow(/environment leads out of the folder/);
});

test("links within the task are read", () => {
  writeFileSync(join(task, "prompt.md"), "the same");
  replace("instruction.md", "prompt.md");
  expect(readTaskFolder(task).task.prompt).toBe("the same");
});

test("a task.toml that is a pipe is refused, not waited for", () => {
  rmSync(join(task, "task.toml"));
  execFileSync("mkfifo", [join(task, "task.toml")]);
  expect(() => readTaskFolder(task)).toThrow(/task\.toml: it is no regular file/);
});

test("a link that leads nowhere is none of a pattern's tasks", () => {
  symlinkSync("/nowhere", join(base, "set", "gone"));
  expect(findPlaces(join(base, "set", "*"))).toEqual([{ kind: "folder", path: task }]);
  expect(() => findPlaces(join(base, "set", "*", "x*"))).toThrow(/no such file or folder/);
});
