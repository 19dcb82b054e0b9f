import { createHash } from "node:crypto";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "./testing/temporary-folder.ts";
import { testTrial } from "./testing/test-trial.ts";
import { trialTrajectory } from "./trial-trajectory.ts";

const run_id = "20260101-000000-aaaa";
const trajectory = { schema_version: "ATIF-v1.7", steps: [{ source: "agent", message: "hi" }] };
const text = JSON.stringify(trajectory);

let home: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  home = await temporaryFolder();
});
afterEach(() => home[Symbol.asyncDispose]());

async function put(path: string, content: string): Promise<void> {
  const file = join(home.path, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

function artifact(path: string, content = text) {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return testTrial({
    run_id,
    artifacts: { trajectory: { path, bytes: Buffer.byteLength(content), sha256 } },
  });
}

test("the trajectory in the record goes before a file", async () => {
  const trial = { ...artifact("nowhere"), trajectory };
  expect(await trialTrajectory(trial, home.path)).toEqual({ trajectory, missing: null });
});

test("the file in the run's folder is read", async () => {
  await put(`runs/${run_id}/artifacts/k/0-trajectory.json`, text);
  const trial = artifact("artifacts/k/0-trajectory.json");
  expect(await trialTrajectory(trial, home.path)).toEqual({ trajectory, missing: null });
});

test.for([
  ["artifacts/none.json", text, "its file is not here"],
  ["artifacts/other.json", text, "its file is not the one that was kept"],
  ["../other-run/secret.json", text, "its file is not in the run's folder"],
  ["artifacts/../../other-run/secret.json", text, "its file is not in the run's folder"],
  ["link.json", text, "its file is not in the run's folder"],
  [".", text, "its file is not in the run's folder"],
  ["artifacts", text, "its file is no plain file"],
  ["artifacts/broken.json", "{", "its file is not JSON"],
  ["artifacts/list.json", "[]", "its file holds no trajectory"],
] as const)("%s: %s", async ([path, content, missing]) => {
  await put(`runs/${run_id}/artifacts/other.json`, "{}");
  await put(`runs/${run_id}/artifacts/broken.json`, "{");
  await put(`runs/${run_id}/artifacts/list.json`, "[]");
  await put("runs/other-run/secret.json", text);
  await symlink(
    join(home.path, "runs/other-run/secret.json"),
    join(home.path, "runs", run_id, "link.json"),
  );
  expect(await trialTrajectory(artifact(path, content), home.path)).toEqual({
    trajectory: null,
    missing,
  });
});

test("an absolute path stays in the run's folder", async () => {
  await put("secret.json", text);
  await put(`runs/${run_id}/run.json`, "{}");
  const trial = artifact(join(home.path, "secret.json"));
  expect(await trialTrajectory(trial, home.path)).toMatchObject({ trajectory: null });
});

test.for([
  [testTrial(), "none was kept"],
  [{ ...artifact("x.json"), run_id: "../x" }, "its file's run has no folder"],
  [artifact("x.json"), "its file is not here"],
  [
    testTrial({ artifacts: { trajectory: { path: "x", bytes: 2 ** 40, sha256: "0".repeat(64) } } }),
    "its file is over 67108864 bytes",
  ],
] as const)("%#: %s", async ([trial, missing]) => {
  expect(await trialTrajectory(trial, home.path)).toEqual({ trajectory: null, missing });
});
