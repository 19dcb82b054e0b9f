import { expect, test } from "vitest";
import { readLitellmConfig } from "./read-litellm-config.ts";
import { YamlFile } from "./yaml-file.ts";

const env = {
  AZURE_API_KEY: "azure-key-12345",
  AZURE_API_BASE: "https://team.openai.azure.com/",
  GROQ_API_KEY: "gsk-groq-12345",
  OPENROUTER_API_KEY: "or-key-1234567",
  LITELLM_MASTER_KEY: "sk-master-12345",
};

const read = (text: string, variables: NodeJS.ProcessEnv = env) =>
  readLitellmConfig(YamlFile.parse("litellm.yaml", text), variables);

/** A team's file: two Azure regions, Groq, models of their own on Modal, and what only LiteLLM's proxy knows. */
const realistic = `
model_list:
  - model_name: gpt-5-mini
    litellm_params:
      model: azure/gpt-5-mini
      api_base: os.environ/AZURE_API_BASE
      api_key: os.environ/AZURE_API_KEY
      api_version: "2024-06-01"
      rpm: 60
      tpm: 100000
    model_info: { id: eu, base_model: azure/gpt-4o-mini, mode: chat }
  - model_name: gpt-5-mini
    litellm_params:
      model: azure/mini-us
      api_base: https://us.openai.azure.com
      api_key: os.environ/AZURE_API_KEY
      rpm: 20
      max_parallel_requests: 4
      order: 2
  - model_name: llama-3.3-70b
    litellm_params:
      model: groq/llama-3.3-70b-versatile
      api_key: os.environ/GROQ_API_KEY
  - model_name: qwen3-4b-local
    litellm_params:
      model: openai/Qwen/Qwen3-4B-Instruct-2507
      api_base: https://team--vllm-qwen3-4b-serve.modal.run/v1
      api_key: "not-needed"
      timeout: 600
      extra_headers: { Modal-Key: os.environ/LITELLM_MASTER_KEY, X-Team: evals }
  - model_name: gpt-oss
    litellm_params:
      model: hosted_vllm/openai/gpt-oss-20b
      api_base: http://localhost:8000/v1
      temperature: 0.2
  - model_name: claude
    litellm_params: { model: anthropic/claude-sonnet-4-5, api_key: sk-ant-literal-key-1 }
  - model_name: "openrouter/*"
    litellm_params: { model: "openrouter/*", api_key: os.environ/OPENROUTER_API_KEY }
  - model_name: old
    litellm_params: { model: bedrock/anthropic.claude-v2 }
litellm_settings:
  drop_params: true
  set_verbose: false
  cache: false
  max_budget: 1000
  success_callback: ["langfuse"]
  num_retries: 4
router_settings:
  routing_strategy: usage-based-routing
  model_group_alias: { judge: gpt-5-mini, hidden: { model: llama-3.3-70b, hidden: true } }
  fallbacks: [{ gpt-5-mini: [claude, nowhere] }]
  allowed_fails: 2
  cooldown_time: 30
general_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
`;

test("a file as teams have it", () => {
  const { upstreams, models, retries, secrets } = read(realistic);
  const eu = upstreams.find(({ name }) => name === "eu");
  expect(eu).toMatchObject({
    provider: "azure",
    key: env.AZURE_API_KEY,
    apiVersion: "2024-06-01",
    direct: false,
    limits: { concurrency: null, requestsPerMinute: 60, tokensPerMinute: 100_000 },
    breaker: { failures: 3, coolDownMs: 30_000 },
  });
  expect(eu?.base.href).toBe("https://team.openai.azure.com/");
  const us = upstreams.find(({ name }) => name === "azure/mini-us");
  expect(us).toMatchObject({ apiVersion: "2025-02-01-preview", limits: { concurrency: 4 } });
  const bases = Object.fromEntries(upstreams.map(({ name, base }) => [name, base.href]));
  expect(bases).toMatchObject({
    "groq/llama-3.3-70b-versatile": "https://api.groq.com/openai/v1",
    "openai/Qwen/Qwen3-4B-Instruct-2507": "https://team--vllm-qwen3-4b-serve.modal.run/v1",
    "hosted_vllm/openai/gpt-oss-20b": "http://localhost:8000/v1",
    "anthropic/claude-sonnet-4-5": "https://api.anthropic.com/v1",
    "openrouter/*": "https://openrouter.ai/api/v1",
  });
  const local = upstreams.find(({ base }) => base.hostname.endsWith(".modal.run"));
  expect(local).toMatchObject({
    key: "not-needed",
    firstByteMs: 600_000,
    headers: [
      ["modal-key", env.LITELLM_MASTER_KEY],
      ["x-team", "evals"],
    ],
  });
  const targets = Object.fromEntries(models.map((model) => [model.name, model.targets]));
  expect(targets["gpt-5-mini"]).toEqual([
    { upstream: "eu", model: "gpt-5-mini", order: 0, weight: 60 },
    { upstream: "azure/mini-us", model: "mini-us", order: 2, weight: 20 },
  ]);
  expect(targets["judge"]).toEqual(targets["gpt-5-mini"]);
  expect(targets["hidden"]).toEqual(targets["llama-3.3-70b"]);
  expect(targets["qwen3-4b-local"]?.[0]?.model).toBe("Qwen/Qwen3-4B-Instruct-2507");
  expect(targets["gpt-oss"]?.[0]?.model).toBe("openai/gpt-oss-20b");
  expect(targets["openrouter/*"]?.[0]?.model).toBe("*");
  expect(targets["old"]).toBeUndefined();
  expect(models.find(({ name }) => name === "gpt-5-mini")?.fallbacks).toContain("claude");
  expect(retries).toBe(4);
  expect(secrets).toEqual(
    expect.arrayContaining([
      env.AZURE_API_KEY,
      env.GROQ_API_KEY,
      env.OPENROUTER_API_KEY,
      "sk-ant-literal-key-1",
      env.LITELLM_MASTER_KEY,
    ]),
  );
});

test("what is not done is said by its name, and no key is", () => {
  const { notes, secrets } = read(realistic);
  const all = notes.join("\n");
  for (const part of [
    "left out: old: mx-proxy does not know the provider bedrock",
    "litellm_settings.drop_params is not done",
    "litellm_params.temperature is not added to calls of gpt-oss",
    "router_settings.routing_strategy usage-based-routing is not there",
    "fallbacks of gpt-5-mini: there is no model nowhere",
    "general_settings.master_key is not used",
    "not used: litellm_settings.max_budget, litellm_settings.success_callback",
    "it holds keys itself",
  ]) {
    expect(all).toContain(part);
  }
  for (const text of ["cache", "set_verbose", "base_model"]) expect(all).not.toContain(text);
  for (const secret of secrets) if (secret !== "not-needed") expect(all).not.toContain(secret);
  for (const note of notes) expect(note.startsWith("litellm.yaml: ")).toBe(true);
});

test("variables that the file sets itself, and those that are not set", () => {
  const { upstreams, notes, secrets } = read(
    `
model_list:
  - { model_name: a, litellm_params: { model: gpt-4o } }
  - { model_name: b, litellm_params: { model: openai/x, api_base: http://h/v1, api_key: os.environ/NOPE } }
environment_variables: { OPENAI_API_KEY: sk-set-by-the-file, OPENAI_BASE_URL: http://gw.example/v1 }
`,
    {},
  );
  expect(upstreams.map(({ key }) => key)).toEqual(["sk-set-by-the-file", null]);
  expect(upstreams[0]?.base.href).toBe("http://gw.example/v1");
  expect(notes.join()).toContain("not set: $NOPE");
  expect(secrets).toContain("sk-set-by-the-file");
});

test("everything, everywhere: * with the keys that are there", () => {
  const { models } = read(`model_list: [{ model_name: "*", litellm_params: { model: "*" } }]`, {
    GROQ_API_KEY: "gsk-1",
    OPENAI_API_KEY: "sk-1",
  });
  expect(models.map(({ name, targets }) => [name, targets[0]?.upstream])).toEqual([
    ["openai/*", "openai/*"],
    ["groq/*", "groq/*"],
    ["*", "openai/*-2"],
  ]);
});

test("several places of one name share its calls, by weight where one has it", () => {
  const { models, upstreams } = read(`
model_list:
  - { model_name: z, litellm_params: { model: openai/z, api_base: "http://h:1/v1", weight: 3, rpm: 10 } }
  - { model_name: z, litellm_params: { model: openai/z, api_base: "http://h:2/v1", rpm: 600 } }
`);
  expect(upstreams.map(({ name }) => name)).toEqual(["openai/z", "openai/z-2"]);
  expect(models[0]?.targets.map(({ weight }) => weight)).toEqual([3, 1]);
});

test("nothing that can be used is an error with its line", () => {
  expect(() =>
    read(`\nmodel_list:\n  - { model_name: a, litellm_params: { model: bedrock/x } }\n`),
  ).toThrow(/^litellm.yaml:3: no entry can be used: left out: a: mx-proxy does not know/);
  expect(() => read(`model_list:\n  - model_name: a\n    litellm_params: { rpm: 3 }\n`)).toThrow(
    /^litellm.yaml:3: model_list.0.litellm_params.model/,
  );
});
