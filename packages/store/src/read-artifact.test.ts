import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readArtifact } from "./read-artifact.ts";

const runId = "20260101-000000-aaaa";
const text = "what was kept";
const sha256 = createHash("sha256").update(text).digest("hex");
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "mx-artifact-"));
  const folder = join(home, "runs", runId, "artifacts");
  await mkdir(folder, { recursive: true });
  await writeFile(join(home, "outside"), text);
  await writeFile(join(folder, "good"), text);
  await writeFile(join(folder, "changed"), "what I put in");
  await writeFile(join(folder, "huge"), "");
  await truncate(join(folder, "huge"), 2 ** 32);
  await symlink(join(home, "outside"), join(folder, "link"));
  await symlink(home, join(folder, "up"));
  await symlink("good", join(folder, "inner-link"));
  execFileSync("mkfifo", [join(folder, "pipe")]);
});

afterAll(() => rm(home, { recursive: true, force: true }));

const read = (path: string, run = runId, bytes = text.length) =>
  readArtifact(home, run, { path, bytes, sha256 });

test.for(["artifacts/good", "artifacts/inner-link", "/artifacts/good"])(
  "%s is read",
  async (path) => {
    expect((await read(path)).bytes?.toString()).toBe(text);
  },
);

test.for<[path: string, missing: string]>([
  ["../../outside", "its file is not in the run's folder"],
  ["artifacts/link", "its file is not in the run's folder"],
  ["artifacts/up/outside", "its file is not in the run's folder"],
  ["artifacts/up", "its file is not in the run's folder"],
  [".", "its file is not in the run's folder"],
  ["artifacts", "its file is no plain file"],
  ["artifacts/pipe", "its file is no plain file"],
  ["artifacts/none", "its file is not here"],
  ["artifacts/changed", "its file is not the one that was kept"],
  ["artifacts/huge", "its file is not the one that was kept"],
  ["artifacts/go\u0000od", "its file cannot be read ERR_INVALID_ARG_VALUE"],
])("%s is not read", async ([path, missing]) => {
  expect(await read(path)).toEqual({ bytes: null, missing });
});

test.for(["..", ".", `${runId}/artifacts`, ""])("run %j is not looked into", async (run) => {
  expect((await read("artifacts/good", run)).missing).toBe("its file's run has no folder");
});

test("a size over the limit in the record is enough", async () => {
  expect((await read("artifacts/good", runId, 2 ** 27)).missing).toMatch(/is over/);
});
