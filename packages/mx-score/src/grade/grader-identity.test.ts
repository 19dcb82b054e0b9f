import type { GraderSpec } from "@mx/records";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { graderIdentity } from "./grader-identity.ts";
import { graderNames } from "./grader-names.ts";
import { programFiles } from "./program-files.ts";

test("name and weight do not change what a grader is; settings do", () => {
  const digest = (spec: GraderSpec) => graderIdentity(spec).digest;
  const plain = digest({ kind: "numeric" });
  expect(digest({ kind: "numeric", name: "n", weight: 2 })).toBe(plain);
  expect(digest({ kind: "numeric", absolute: 0 })).toBe(plain);
  expect(digest({ kind: "numeric", absolute: 0.1 })).not.toBe(plain);
  expect(digest({ kind: "answer" })).not.toBe(plain);
  expect(digest({ kind: "regex", ignore_case: true, pattern: "a" })).toBe(
    digest({ pattern: "a", kind: "regex", ignore_case: true }),
  );
  expect(digest({ kind: "command", command: "x", timeout_ms: 5 })).toBe(
    digest({ kind: "command", command: "x" }),
  );
  expect(graderIdentity({ kind: "equals" })).toMatchObject({ name: "equals", version: "1" });
});

test("a command is also what is in the files that it names", () => {
  const folder = mkdtempSync(join(tmpdir(), "mx-grader-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const script = join(folder, "grade me.py");
  writeFileSync(script, "print(1)");
  const before = programFiles(`python3 "${script}" --strict ${folder} > /dev/null`);
  expect(Object.keys(before)).toEqual([script]);
  expect(programFiles([script])).toEqual(before);
  writeFileSync(script, "print(0)");
  expect(programFiles(["python3", script])).not.toEqual(before);
  expect(programFiles("echo 1")).toEqual({});
  const kept = graderIdentity({ kind: "command", command: [script] });
  writeFileSync(script, "print(2)");
  // One run has one identity, however long it takes.
  expect(graderIdentity({ kind: "command", command: [script] })).toEqual(kept);
});

test.for<[Partial<GraderSpec>[], string[]]>([
  [[{ kind: "equals" }], ["equals"]],
  [
    [{ kind: "regex" }, { kind: "equals" }, { kind: "regex" }],
    ["regex_1", "equals", "regex_2"],
  ],
  [
    [{ kind: "regex" }, { kind: "regex", name: "regex_1" }, { kind: "regex" }],
    ["regex_2", "regex_1", "regex_3"],
  ],
  [
    [
      { kind: "regex", name: "a" },
      { kind: "equals", name: "a" },
    ],
    ["a", "a_2"],
  ],
  [
    [{ kind: "regex", name: "equals" }, { kind: "equals" }],
    ["equals", "equals_2"],
  ],
  [[{ kind: "equals", name: "__proto__" }], ["__proto__"]],
  [[], []],
])("%j are named %j", ([specs, names]) => {
  expect(graderNames(specs as GraderSpec[])).toEqual(names);
});
