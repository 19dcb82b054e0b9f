import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { planOf } from "../testing/plan-of.ts";
import type { Selection } from "./choose.ts";
import type { Overrides } from "./sections.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "mx-plan-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("two of the six entries of goat cannot fit, and are the only ones", async () => {
  const keys = ["llama-3.1-8b", "qwen3-4b", "qwen3-30b-a3b", "qwen3-235b", "gpt-oss-20b"];
  const fits: Record<string, unknown> = {};
  for (const key of [...keys, "gpt-oss-120b"]) {
    fits[key] = (await planOf(`goat-${key}`)).record.fit?.fits;
    expect((await planOf(key)).record.fit?.fits, `${key} on the cards that it is given`).toBe(true);
  }
  expect(fits).toEqual({
    "llama-3.1-8b": true,
    "qwen3-4b": true,
    "qwen3-30b-a3b": false,
    "qwen3-235b": false,
    "gpt-oss-20b": true,
    "gpt-oss-120b": true,
  });
});

test("a preset goes over the model, and the command line over both", async () => {
  const { record } = await planOf(
    { model: "olmo-3-7b-think", preset: "aime2025" },
    { vllm: { max_model_len: "65536" }, sampling: { temperature: "0.5" } },
  );
  expect(record).toMatchObject({
    gpu: { type: "A100-80GB", count: 2 },
    price_usd_per_hour: 4.9968,
    sampling: { temperature: 0.5, top_p: 0.95, max_tokens: 28_672, min_tokens: 400 },
  });
  expect(record.argv.join(" ")).toContain("--max-model-len 65536");
  expect(record.argv.join(" ")).toContain("--tensor-parallel-size 2");
});

test("a preset of a service is enough", async () => {
  expect((await planOf("goat-litellm")).record).toMatchObject({
    engine: "litellm",
    model: "gpt-4o-mini",
  });
});

test("a forced template stays forced when something else is overridden", async () => {
  const forced = { model: "qwen3-4b", chatTemplate: "base", forceChatTemplate: true };
  const { record, files } = await planOf(forced, { vllm: { seed: "1" } });
  expect(record.config["chat_template"]).toMatchObject({ source: "forced", name: "base" });
  expect(record.argv).toContain("{dir}/chat-template.jinja");
  expect(files["chat-template.jinja"]).toContain("messages");
});

test("gpt-oss has its profile: image, kernels, speculator of its size, fp8 cache", async () => {
  const { record } = await planOf("gpt-oss-120b");
  const line = record.argv.join(" ");
  expect(record).toMatchObject({
    image: "nvidia/cuda:12.8.1-devel-ubuntu22.04",
    env: { VLLM_USE_FLASHINFER_MOE_MXFP4_MXFP8: "1", VLLM_HTTP_TIMEOUT_KEEP_ALIVE: "120" },
  });
  expect(line).toContain("RedHatAI/gpt-oss-120b-speculator.eagle3");
  expect(line).toContain("--kv-cache-dtype fp8");
  expect(line).toContain("--async-scheduling");
  expect((await planOf("gpt-oss-20b")).record.argv.join(" ")).toContain("gpt-oss-20b-speculator");
});

test("the attention backend is a flag, or a variable where the version has no such flag", async () => {
  const flag = await planOf("qwen3-4b", { vllm: { attention_backend: "FLASHINFER" } });
  expect(flag.record.argv.join(" ")).toContain("--attention-backend FLASHINFER");
  expect(flag.record.env).not.toHaveProperty("VLLM_ATTENTION_BACKEND");
  const variable = await planOf("qwen3-4b", {
    vllm: { attention_backend: "FLASHINFER", version: "0.11.0" },
  });
  expect(variable.record.argv.join(" ")).not.toContain("--attention-backend");
  expect(variable.record.env).toMatchObject({ VLLM_ATTENTION_BACKEND: "FLASHINFER" });
});

test("a layer is cut over all cards that copies leave, unless it is said otherwise", async () => {
  const size = async (vllm: Record<string, string>) => {
    const { argv } = (await planOf("qwen3-4b", { infra: { gpu: "H100:8" }, vllm })).record;
    return argv[argv.indexOf("--tensor-parallel-size") + 1];
  };
  expect(await size({})).toBe("8");
  expect(await size({ data_parallel_size: "2" })).toBe("4");
  expect(await size({ tensor_parallel_size: "2" })).toBe("2");
  await expect(size({ tensor_parallel_size: "8", data_parallel_size: "2" })).rejects.toThrow(
    "vllm is to use 16 graphics cards, and there are 8 (H100:8)",
  );
});

test("a model that the registry does not know is served, and what is not known of it stays so", async () => {
  const { record } = await planOf("someone/new-model", { infra: { gpu: "H100" } });
  expect(record).toMatchObject({ model: "someone/new-model", fit: { fits: null } });
});

test("a key is never among the arguments, and the token of the hub goes by its name", async () => {
  const { record, apiKeyEnv } = await planOf("llama-3.1-8b");
  expect(record.secrets).toEqual(["HF_TOKEN"]);
  expect(apiKeyEnv).toBe("VLLM_API_KEY");
  expect(record.argv).not.toContain("--api-key");
});

test("a model that lies here is named by its whole path, as its server runs elsewhere", async () => {
  const file = join(folder, "tiny.gguf");
  writeFileSync(file, "");
  const given = relative(process.cwd(), file);
  const { record } = await planOf({ model: given }, {}, { where: "local" });
  expect(record.argv.slice(0, 5)).toEqual(["llama-server", "--model", file, "--alias", given]);
});

test("Langfuse has the machine's network, its own address, and its mark, and no secret on its command line", async () => {
  const { record } = await planOf(
    { engine: "langfuse" },
    { langfuse: { database: "external", init: "no" } },
    { where: "local" },
  );
  expect(record.env).toMatchObject({
    HOSTNAME: "{host}",
    PORT: "{port}",
    NEXTAUTH_URL: "http://{host}:{port}",
  });
  const names = ["DATABASE_URL", "NEXTAUTH_SECRET", "SALT", ...Object.keys(record.env)];
  expect(record.argv).toEqual([
    ...["docker", "run", "--rm", "--init", "--network", "host"],
    ...[...names, "MX_SERVER_TOKEN"].flatMap((name) => ["--env", name]),
    "ghcr.io/langfuse/langfuse:2",
  ]);
});

test("a command, a service, a file", async () => {
  const command = await planOf({ command: ["serve", "--port", "{port}"], servedModelName: "tiny" });
  expect(command).toMatchObject({
    record: { engine: "command", model: "tiny", fit: null, argv: ["serve", "--port", "{port}"] },
    probe: { kind: "models", model: "tiny" },
  });
  expect((await planOf({ command: ["serve"] })).record.env).toEqual({
    HOST: "{host}",
    PORT: "{port}",
  });
  expect(await planOf("postgres")).toMatchObject({
    record: { engine: "postgres", model: null },
    probe: { kind: "postgres" },
    single: true,
    stopSignal: "SIGINT",
    infra: { max_containers: 1 },
  });
  const file = join(folder, "tiny.gguf");
  writeFileSync(file, Buffer.alloc(1000));
  const llama = await planOf({ model: file, servedModelName: "tiny" }, {}, { where: "local" });
  expect(llama.record).toMatchObject({
    engine: "llama-cpp",
    model: "tiny",
    image: null,
    fit: { weights_bytes: 1000, fits: null },
  });
  expect(llama.record.argv.slice(0, 3)).toEqual(["llama-server", "--model", file]);
});

test.for<[string, Selection, Overrides]>([
  ["there is no model", { model: "qwen3-4c" }, {}],
  ["there is no preset", { model: "qwen3-4b", preset: "aime2026" }, {}],
  ["there is no engine", { model: "qwen3-4b", engine: "vlm" }, {}],
  ["nothing says what to serve", {}, {}],
  ["a preset alone does not say what to serve", { model: "aime2025" }, {}],
  ["the engine here is vllm", { model: "qwen3-4b" }, { sglang: { dtype: "auto" } }],
  ["needs a command", { engine: "command" }, {}],
  [
    "no prompt has room",
    { model: "qwen3-4b", preset: "aime2025" },
    { vllm: { max_model_len: "8192" } },
  ],
  ["a secret does not belong", { model: "qwen3-4b" }, { env: { HF_TOKEN: "hf_x" } }],
  ["no name of a variable", { model: "qwen3-4b" }, { env: { "a.b": "1" } }],
  ["Postgres of its own on Modal only", { engine: "langfuse" }, {}],
  ["is to be forced, and none is named", { model: "qwen3-4b", forceChatTemplate: true }, {}],
])("%s", async ([message, selection, overrides]) => {
  await expect(planOf(selection, overrides, { where: "local" })).rejects.toThrow(
    expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }),
  );
});
