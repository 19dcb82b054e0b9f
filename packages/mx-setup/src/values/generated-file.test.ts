import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { GenerateSpec, generateValue } from "./generate-spec.ts";
import { GeneratedFile } from "./generated-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mx-setup-unit-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const spec = GenerateSpec.parse(true);

test("a value is on disk, for its owner alone, before it is given out, and never made twice", async () => {
  const path = join(folder, "below", "lab.env");
  const file = await GeneratedFile.open(path);
  expect(file.get("A")).toBeNull();
  const value = await file.ensure("A", spec, false);
  expect(readFileSync(path, "utf8")).toContain(`\nA=${value}\n`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await file.ensure("A", spec, false)).toBe(value);
  expect(await (await GeneratedFile.open(path)).ensure("A", spec, false)).toBe(value);
});

test("a rotation makes one new value, in its line, and leaves the others and what people have written", async () => {
  const path = join(folder, "lab.env");
  writeFileSync(path, "# ours\nexport A = old # why\nAB=other\n\nB='with #'", { mode: 0o644 });
  const file = await GeneratedFile.open(path);
  expect(file.get("A")).toBe("old");
  const value = await file.ensure("A", spec, true);
  expect(value).not.toBe("old");
  expect(await file.ensure("A", spec, true)).toBe(value);
  expect(readFileSync(path, "utf8")).toBe(`# ours\nA=${value}\nAB=other\n\nB='with #'`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("a variable that stands there twice has one value afterwards", async () => {
  const path = join(folder, "lab.env");
  writeFileSync(path, "A=one\nA=two\n");
  const file = await GeneratedFile.open(path);
  const value = await file.ensure("A", spec, true);
  expect((await GeneratedFile.open(path)).get("A")).toBe(value);
});

test("a value has its length and alphabet, and is another each time", () => {
  const long = GenerateSpec.parse({ prefix: "sk-", length: 200, alphabet: "base64url" });
  expect(generateValue(long)).toMatch(/^sk-[\w-]{200}$/);
  expect(generateValue(spec)).toMatch(/^[0-9a-f]{64}$/);
  expect(generateValue(spec)).not.toBe(generateValue(spec));
  // All characters come up.
  expect(new Set(generateValue(GenerateSpec.parse({ length: 1024 }))).size).toBe(16);
});
