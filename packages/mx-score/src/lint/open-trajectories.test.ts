import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTrajectories } from "./open-trajectories.ts";
import { scoredTrial } from "./testing/scored-trial.ts";

const run_id = "20260101-000000-aaaa";
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "mx-lint-"));
  await mkdir(join(home, "runs", run_id, "artifacts"), { recursive: true });
});

afterAll(() => rm(home, { recursive: true, force: true }));

async function read(text: string): Promise<unknown> {
  const path = "artifacts/trajectory.json";
  await writeFile(join(home, "runs", run_id, path), text);
  const sha256 = createHash("sha256").update(text).digest("hex");
  const artifacts = { trajectory: { path, bytes: Buffer.byteLength(text), sha256 } };
  return openTrajectories(home)(scoredTrial({ run_id, artifacts }));
}

test("the artifact of the trial's run is read", async () => {
  expect(await read('{"steps":[]}')).toEqual({ steps: [] });
});

test.for(["[]", '{"steps":[', "null", ""])("%j is no trajectory", async (text) => {
  expect(await read(text)).toBeNull();
});

test("what is in the record comes first, and no artifact is none", async () => {
  const open = openTrajectories(home);
  expect(await open(scoredTrial({ trajectory: { steps: [1] } }))).toEqual({ steps: [1] });
  expect(await open(scoredTrial())).toBeNull();
});
