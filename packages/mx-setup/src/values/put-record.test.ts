import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PutRecord } from "./put-record.ts";

let path = "";
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "mx-setup-unit-")), "lab.put.json");
});
afterEach(() => rmSync(join(path, ".."), { recursive: true, force: true }));

const values = new Map([
  ["A", "first-value"],
  ["B", "second-value"],
]);
const none = new Map();
const keys = new Set(["A", "B"]);

test("what was sent is known by its digest, of this secret's id only, and no value is in the file", async () => {
  const record = await PutRecord.open(path);
  await record.sending("s", null, values, none);
  await record.sent("s", "st-1", values, none);
  const again = await PutRecord.open(path);
  expect(again.known("s", "st-1", keys).get("A")).toBe(again.digest("s", "A", "first-value"));
  expect(again.known("s", "st-1", keys).get("A")).not.toBe(again.digest("s", "B", "first-value"));
  expect(again.known("s", "st-2", keys).size).toBe(0);
  expect(readFileSync(path, "utf8")).not.toContain("-value");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("a creation without a reply is ours where just its keys are there", async () => {
  const record = await PutRecord.open(path);
  await record.sending("s", null, values, none);
  expect([...record.known("s", "st-1", keys).keys()]).toEqual(["A", "B"]);
  expect(record.known("s", "st-1", new Set(["A"])).size).toBe(0);
  expect(record.known("s", "st-1", new Set(["A", "B", "C"])).size).toBe(0);
});

test("of a change without a reply it is not known which value is there", async () => {
  const record = await PutRecord.open(path);
  await record.sent("s", "st-1", values, none);
  const known = record.known("s", "st-1", keys);
  await record.sending("s", "st-1", new Map([["A", "third-value"]]), known);
  expect(Object.fromEntries(record.known("s", "st-1", keys))).toEqual({
    A: null,
    B: record.digest("s", "B", "second-value"),
  });
});

test("a file that is something else is not written over", async () => {
  writeFileSync(path, "{}");
  await expect(PutRecord.open(path)).rejects.toThrow("is not a record of mx-setup");
});
