import { Masker } from "@mx/cli";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nothingAsked } from "../call/asked.ts";
import type { Reply, UpstreamRequest } from "../upstream/upstream.ts";
import { parseScript } from "../script/read-script.ts";
import { ScriptedUpstream } from "../script/scripted-upstream.ts";
import { Recorder } from "./recorder.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "mx-recorder-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const request: UpstreamRequest = {
  method: "GET",
  path: "/v1/models",
  headers: [],
  body: null,
  asked: nothingAsked,
  trial: null,
  subject: { task: null, trial: 0, attempt: 0 },
};

test("a call that is recorded keeps its place, though its client left at the very end", async () => {
  const path = join(folder, "tape");
  const failed = (error: unknown) => expect.unreachable(String(error));
  const options = { path, masker: new Masker([]), failed, note: failed };
  const upstream = new ScriptedUpstream(parseScript("", "script"));
  const recorder = await Recorder.open(upstream, options);
  for (const state of ["cancelled", "ok"] as const) {
    await new Promise<void>((resolve) => {
      const end = () => {
        exchange.settled?.(state);
        resolve();
      };
      const reply: Reply = { head() {}, data: () => true, end, fail: failed };
      const exchange = recorder.call(request, reply);
    });
  }
  await recorder.close();
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).occurrence)).toEqual([0, 1]);
});
