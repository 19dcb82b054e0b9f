import { startEmulator } from "@mx/modal-emulator";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSetupFile } from "../file/read-setup-file.ts";
import { readCloud } from "../plan/cloud-state.ts";
import { planSetup } from "../plan/plan.ts";
import { openCloud, openValues } from "../values/open-values.ts";
import { applyPlan } from "./apply-plan.ts";

test("told to end, it ends after the step that it is at, and the next one goes on there", async () => {
  await using emulator = await startEmulator({ isolation: "none" });
  const folder = mkdtempSync(join(tmpdir(), "mx-setup-unit-"));
  try {
    const path = join(folder, "mx.setup.yaml");
    writeFileSync(
      path,
      "environment: lab\nsecrets: { a: { A: { generate: true } }, b: { B: { default: b } } }\nvolumes: { v: }\n",
    );
    const setup = await readSetupFile(path);
    const cloud = await openCloud(emulator.env, 10);
    const run = async (stopAfter: number) => {
      const values = await openValues(setup, {});
      const steps = planSetup(setup, await readCloud(cloud, setup), {
        ...values,
        rotating: new Set(),
      });
      const stop = new AbortController();
      const put = { ...values, cloud, environment: "lab", onValue: () => {} };
      const done: string[] = [];
      for await (const { record } of applyPlan(steps, put, stop.signal)) {
        done.push(`${record.action} ${record.name}`);
        if (done.length === stopAfter) stop.abort();
      }
      return done;
    };
    expect(await run(2)).toEqual(["create lab", "create a"]);
    const [first] = emulator.secrets("lab");
    expect(await run(Infinity)).toEqual(["keep lab", "keep a", "create b", "create v"]);
    expect(emulator.secrets("lab")[0]).toEqual(first);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
