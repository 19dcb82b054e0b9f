import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listedKeys } from "./listed-keys.ts";
import { readRegistry } from "./read-registry.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "mx-registry-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const read = (userModels?: string) =>
  readRegistry({ env: { MX_HOME: folder }, cwd: folder, userModels });

test("the originals' models and presets are there", async () => {
  const registry = await read();
  for (const key of ["llama-3.1-8b", "qwen3-4b", "qwen3-30b-a3b", "qwen3-235b"]) {
    expect(registry.models.has(key), key).toBe(true);
    expect(registry.presets.get(`goat-${key}`)?.model).toBe(key);
  }
  expect(registry.models.get("gpt-oss-120b")?.["vllm"]).toMatchObject({
    speculative_config: { model: "RedHatAI/gpt-oss-120b-speculator.eagle3" },
  });
  expect(registry.models.get("qwen3-32b-user")?.["vllm"]).toMatchObject({
    reasoning_parser: "qwen3",
    tool_call_parser: null,
  });
  expect(registry.presets.get("livecodebench")?.["sampling"]).toEqual({
    temperature: 0.8,
    top_p: 0.95,
    max_tokens: 28_672,
    min_tokens: 500,
  });
  expect(listedKeys(registry)).toContain("goat-qwen3-235b");
});

test("later files change entries of earlier ones, setting by setting", async () => {
  write("models.yaml", "models: { qwen3-4b: { infra: { gpu: L4 }, vllm: { max_num_seqs: 8 } } }");
  write("mx.models.yaml", "models: { qwen3-4b: { vllm: { max_num_seqs: 16 } } }");
  const named = write("mine.yaml", "models: { mine: { extends: qwen3-4b, hub_id: me/mine } }");
  const { models } = await read(named);
  expect(models.get("qwen3-4b")).toMatchObject({
    hub_id: "Qwen/Qwen3-4B-Instruct-2507",
    infra: { gpu: "L4" },
    vllm: { max_num_seqs: 16, tool_call_parser: "hermes" },
  });
  expect(models.get("mine")).toMatchObject({ hub_id: "me/mine", infra: { gpu: "L4" }, layers: 36 });
});

test("cards can be added and priced", async () => {
  write("models.yaml", "gpus: { H100: { usd_per_hour: 2 }, X1: { memory_mib: 1000 } }");
  const { gpus } = await read();
  expect(gpus.get("H100")).toMatchObject({ usd_per_hour: 2, memory_mib: 81_559 });
  expect(gpus.get("X1")).toEqual({ memory_mib: 1000 });
});

test.for<[string, string]>([
  [
    "models:\n  tiny:\n    hub_id: a/b\n    vllm:\n      max_model_length: 5\n",
    ":5:7: models.tiny.vllm.max_model_length: there is no such setting",
  ],
  ["models:\n  tiny:\n    hub_idd: a/b\n", ":3:5: models.tiny.hub_idd: there is no such setting"],
  ["modles: {}\n", ":1:1: modles: there is no such setting"],
  ["models: { tiny: { hub_id: a/b, layers: many } }\n", ":1:32: models.tiny.layers: "],
  ["models: { tiny: { infra: { gpu: 'A 100' } } }\n", "models.tiny.infra.gpu: expected a type"],
  ["models: [\n", "mine.yaml:"],
  ["models: { tiny: { layers: 4 } }\n", "model tiny has no hub_id"],
  ["models: { tiny: { hub_id: a/b, extends: none } }\n", "extends none, which is not there"],
  [
    "models: { a: { hub_id: a/b, extends: b }, b: { extends: a } }\n",
    "extends a, which extends it in turn",
  ],
  ["presets: { p: { litellm: { version: 1.82.7 } } }\n", "this release was tampered with"],
])("%j is an error with its place", async ([text, message]) => {
  await expect(read(write("mine.yaml", text))).rejects.toThrow(
    expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }),
  );
});

test("a file that was named has to be there", async () => {
  await expect(read(join(folder, "none.yaml"))).rejects.toThrow("none.yaml cannot be read");
});

test("the registry that the README shows can be read", async () => {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  const shown = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const { models, presets, gpus } = await read(write("mine.yaml", shown));
  expect(models.get("my-model")).toMatchObject({ needs_hf_token: true, infra: { gpu: "L40S:2" } });
  expect(presets.get("long")?.force_chat_template).toBe(true);
  expect(gpus.get("H100")?.usd_per_hour).toBe(2.1);
});
