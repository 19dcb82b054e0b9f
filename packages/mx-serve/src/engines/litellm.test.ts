import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { planServer } from "../plan/plan-server.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "mx-litellm-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const plan = (litellm: Record<string, string>, preset?: string) =>
  planServer({
    selection: { engine: "litellm", preset },
    overrides: { litellm },
    where: "local",
    env: { MX_HOME: folder },
  });
const configOf = (text: string | undefined) => parse(text ?? "") as Record<string, unknown>;

test("routes become a configuration without a key in it, which drops no parameter", async () => {
  const { record, files, apiKeyEnv, probe } = await plan({}, "goat-litellm");
  const text = files["litellm.yaml"];
  expect(configOf(text)).toMatchObject({
    litellm_settings: { drop_params: false, success_callback: ["langfuse"] },
    general_settings: { master_key: "os.environ/LITELLM_MASTER_KEY" },
  });
  expect(configOf(text)["model_list"]).toContainEqual({
    model_name: "gpt-5-mini",
    litellm_params: {
      model: "azure/gpt-5-mini",
      api_base: "os.environ/AZURE_API_BASE",
      api_key: "os.environ/AZURE_API_KEY",
      api_version: "2024-06-01",
    },
  });
  expect(record.secrets).toEqual(
    expect.arrayContaining(["AZURE_API_KEY", "GROQ_API_KEY", "LANGFUSE_SECRET_KEY"]),
  );
  expect({ apiKeyEnv, probe }).toEqual({
    apiKeyEnv: "LITELLM_MASTER_KEY",
    probe: { kind: "models", model: "gpt-4o-mini" },
  });
});

test("servers that are up become routes", async () => {
  mkdirSync(join(folder, "servers/tiny-1"), { recursive: true });
  const endpoint = {
    type: "endpoint",
    version: 1,
    name: "tiny-1",
    base_url: "http://127.0.0.1:8000/v1",
    models: ["org/tiny"],
    engine: "vllm",
    where: "local",
    state: "ready",
    handle: {},
    api_key_env: "MX_KEY_TINY_1",
  };
  writeFileSync(join(folder, "servers/tiny-1/endpoint.json"), JSON.stringify(endpoint));
  const { files, record } = await plan({ endpoints: '["tiny-1"]' });
  expect(configOf(files["litellm.yaml"])["model_list"]).toEqual([
    {
      model_name: "org/tiny",
      litellm_params: {
        model: "openai/org/tiny",
        api_base: "http://127.0.0.1:8000/v1",
        api_key: "os.environ/MX_KEY_TINY_1",
      },
    },
  ]);
  expect(record.secrets).toEqual(["MX_KEY_TINY_1"]);
  await expect(plan({ endpoints: '["none"]' })).rejects.toThrow('there is no server "none"');
});

test.for(["1.82.7", "1.82.8"])("%s, which was tampered with, is refused", async (version) => {
  await expect(plan({ version })).rejects.toThrow("tampered");
});

test.for([">=1.90", "latest", "1.90", "1.90.*"])("%s is not one exact version", async (version) => {
  await expect(plan({ version })).rejects.toThrow("one exact version");
});

test.for<[string, string]>([
  ["litellm_settings: { drop_params: true }", "drop_params is true"],
  [
    "general_settings:\n  master_key: sk-1234\n",
    "general_settings.master_key is in the file as it is",
  ],
  [
    "model_list:\n- litellm_params:\n    api_key: 'sk-1'\n",
    "model_list.0.litellm_params.api_key is in the file",
  ],
  ["model_list: [{ litellm_params: { api_key: sk-1 } }]", "api_key is in the file"],
  ["general_settings: { database_url: 'postgres://u:p@h/d' }", "database_url is in the file"],
  ["model_list: [", "is no YAML"],
])("a file of one's own with %j is refused", async ([text, message]) => {
  const file = join(folder, "mine.yaml");
  writeFileSync(file, text);
  await expect(plan({ config_file: file })).rejects.toThrow(message);
});

test("a file of one's own is passed on as it is, with the variables that it names", async () => {
  const file = join(folder, "mine.yaml");
  const text =
    "model_list:\n- model_name: m\n  litellm_params: { model: openai/m, api_key: os.environ/MY_KEY }\n";
  writeFileSync(file, text);
  const { files, record, probe } = await plan({ config_file: file });
  expect(files["litellm.yaml"]).toBe(text);
  expect(record.secrets).toEqual(["MY_KEY"]);
  expect(probe).toEqual({ kind: "models", model: "m" });
});

test("it is asked for the first model that is no pattern, as LiteLLM lists no patterns", async () => {
  const file = join(folder, "mine.yaml");
  const pattern = "model_list:\n- model_name: openai/*\n  litellm_params: { model: openai/* }\n";
  writeFileSync(file, pattern);
  expect((await plan({ config_file: file })).probe).toMatchObject({ kind: "http" });
  writeFileSync(file, `${pattern}- model_name: m\n  litellm_params: { model: openai/m }\n`);
  expect((await plan({ config_file: file })).probe).toEqual({ kind: "models", model: "m" });
});
