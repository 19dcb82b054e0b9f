import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeServerFolder, serverFolder, type ServerFolder } from "../../servers/server-folder.ts";
import { modalPlan } from "../../testing/modal-plan.ts";
import { deployKey } from "./deploy-key.ts";

const plan = modalPlan({ apiKeyEnv: "VLLM_API_KEY", record: { name: "tiny-1" } });
let home: string;
let folder: ServerFolder;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "mx-serve-"));
  folder = serverFolder({ MX_HOME: home }, plan.record.name);
  await makeServerFolder(folder);
});
afterEach(() => rmSync(home, { recursive: true }));

test("a new server has the key of the environment, else one of its own", async () => {
  const given = await deployKey(plan, { env: { VLLM_API_KEY: "sk-given" }, folder }, false);
  expect(given).toMatchObject({ value: "sk-given", variable: "VLLM_API_KEY" });
  expect(await deployKey(modalPlan(), { env: {}, folder }, false)).toBeNull();
});

test("a deployed server keeps the key that it was deployed with, whatever the environment has now", async () => {
  const first = await deployKey(plan, { env: {}, folder }, false);
  expect(first?.value).toMatch(/^sk-mx-/);
  const again = await deployKey(plan, { env: { VLLM_API_KEY: "sk-other" }, folder }, true);
  expect(again).toEqual(first);
});

test("one that was deployed elsewhere needs its key from the environment", async () => {
  await expect(deployKey(plan, { env: {}, folder }, true)).rejects.toThrow(/deployed elsewhere/);
  const given = await deployKey(plan, { env: { VLLM_API_KEY: "sk-given" }, folder }, true);
  expect(given).toMatchObject({ value: "sk-given", variable: "VLLM_API_KEY" });
});
