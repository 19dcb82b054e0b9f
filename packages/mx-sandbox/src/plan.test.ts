import type { Task } from "@mx/records";
import { expect, test } from "vitest";
import { EarlierWork } from "./earlier-work.ts";
import { flags } from "./flags.ts";
import { planTrials } from "./plan.ts";
import { readSettings } from "./settings.ts";

const task = { type: "task", version: 1, id: "t", prompt: "p" } as Task;

/** What a run with these flags is told apart by. */
async function identity(given: object) {
  const all = flags.parse({ backend: "modal", ...given });
  const settings = readSettings(all, ["cat"], {}, null);
  const plan = { ...settings, trials: 1 };
  const keys: string[] = [];
  for await (const { key } of planTrials([task], plan, new EarlierWork())) keys.push(key);
  return { key: keys[0], fingerprint: settings.fingerprint };
}

test("commands on top of the image make other trials, in their order", async () => {
  const given = [[], ["one"], ["two"], ["one", "two"], ["two", "one"]];
  const all = await Promise.all(given.map((modalSetup) => identity({ modalSetup })));
  expect(new Set(all.map(({ key }) => key)).size).toBe(given.length);
  expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(given.length);
  expect(await identity({ modalSetup: ["one"] })).toEqual(all[1]);
});

test("without such commands a trial has one key on every backend", async () => {
  expect((await identity({ backend: "local" })).key).toBe((await identity({})).key);
});

test.for([{ cpu: 2 }, { gpu: "H100" }, { memory: 512 }])("%j makes another run", async (given) => {
  const [plain, other] = [await identity({}), await identity(given)];
  expect(other.fingerprint).not.toBe(plain.fingerprint);
  expect(other.key).toBe(plain.key);
});
