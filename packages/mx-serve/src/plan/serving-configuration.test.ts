import { expect, test } from "vitest";
import { Infra } from "../config/infra.ts";
import { Sampling } from "../config/sampling.ts";
import { VllmConfig } from "../engines/vllm-config.ts";
import { planOf } from "../testing/plan-of.ts";

const nameOf = async (...given: Parameters<typeof planOf>) => (await planOf(...given)).record.name;

test("the same configuration has the same name, in whatever order it is given", async () => {
  const first = await nameOf("qwen3-4b", { vllm: { seed: "1", max_num_seqs: "8" } });
  const second = await nameOf("Qwen/Qwen3-4B-Instruct-2507", {
    vllm: { max_num_seqs: "8", seed: "1" },
  });
  expect(second).toBe(first);
  expect(first).toMatch(/^qwen3-4b-instruct-2507-[0-9a-f]{8}$/);
});

/** Another value for each setting than the one that qwen3-4b has. */
const changes: [section: string, name: string, value: string][] = [
  ["vllm", "version", "0.18.1"],
  ["vllm", "max_model_len", "4096"],
  ["vllm", "gpu_memory_utilization", "0.8"],
  ["vllm", "prefix_caching", "no"],
  ["vllm", "trust_remote_code", "yes"],
  ["vllm", "attention_backend", "FLASHINFER"],
  ["vllm", "dtype", "float16"],
  ["vllm", "quantization", "fp8"],
  ["vllm", "kv_cache_dtype", "fp8"],
  ["vllm", "max_num_seqs", "8"],
  ["vllm", "max_num_batched_tokens", "8192"],
  ["vllm", "max_cudagraph_capture_size", "8"],
  ["vllm", "enforce_eager", "yes"],
  ["vllm", "async_scheduling", "yes"],
  ["vllm", "stream_interval", "2"],
  ["vllm", "compilation_config", '{"level":3}'],
  ["vllm", "speculative_config", '{"method":"ngram"}'],
  ["vllm", "tool_call_parser", "null"],
  ["vllm", "reasoning_parser", "qwen3"],
  ["vllm", "generation_config", "vllm"],
  ["vllm", "load_format", "dummy"],
  ["vllm", "seed", "1"],
  ["vllm", "api_key", "no"],
  ["vllm", "keep_alive", "60"],
  ["vllm", "extra_args", '["--max-logprobs","5"]'],
  ["infra", "gpu", "L4"],
  ["infra", "timeout", "60"],
  ["infra", "scaledown_window", "60"],
  ["infra", "max_concurrent_inputs", "8"],
  ["infra", "min_containers", "1"],
  ["infra", "max_containers", "2"],
  ["infra", "cpu", "4"],
  ["infra", "memory", "8192"],
  ["infra", "image", "mine:1"],
  ["infra", "volumes", '{"/data":"mine"}'],
  ["infra", "modal_secrets", '["hf"]'],
  ["env", "TOKENIZERS_PARALLELISM", "false"],
];

test("a changed serving setting is another server, whichever it is", async () => {
  const names = [await nameOf("qwen3-4b")];
  for (const [section, name, value] of changes) {
    names.push(await nameOf("qwen3-4b", { [section]: { [name]: value } }));
  }
  names.push(
    await nameOf({ model: "qwen3-4b", servedModelName: "other" }),
    await nameOf({ model: "qwen3-4b", revision: "abc" }),
    await nameOf({ model: "qwen3-4b", chatTemplate: "chatml", forceChatTemplate: true }),
    await nameOf({ model: "qwen3-4b", chatTemplate: "base", forceChatTemplate: true }),
    await nameOf({ model: "qwen3-4b", engine: "sglang" }),
    await nameOf("qwen3-4b", {}, { where: "local" }),
  );
  expect(new Set(names).size).toBe(names.length);
});

test("no setting is left out of that", () => {
  const tested = (section: string) =>
    changes.flatMap(([where, name]) => (where === section ? [name] : []));
  // These need more cards; see the next test.
  const parallel = ["tensor", "pipeline", "data"].map((kind) => `${kind}_parallel_size`);
  const vllm = [...tested("vllm"), ...parallel];
  expect(vllm.sort()).toEqual(Object.keys(VllmConfig.shape).sort());
  const infra = [...tested("infra"), "startup_timeout", "gpu_memory_gib"];
  expect(infra.sort()).toEqual(Object.keys(Infra.shape).sort());
});

test("cards, stages and copies make three servers of the same cards", async () => {
  const names = await Promise.all(
    ["tensor", "pipeline", "data"].map((kind) =>
      nameOf("qwen3-4b", { infra: { gpu: "H100:2" }, vllm: { [`${kind}_parallel_size`]: "2" } }),
    ),
  );
  expect(new Set(names).size).toBe(3);
});

test("what would have been decided is not another server when it is said", async () => {
  const said = { vllm: { tensor_parallel_size: "1", max_model_len: "32768" } };
  expect(await nameOf("qwen3-4b", said)).toBe(await nameOf("qwen3-4b"));
});

test("of a preset that names its model and one by flag, the latter goes over the former", async () => {
  const { record } = await planOf({ model: "goat-qwen3-4b", preset: "gsm8k" });
  expect(record).toMatchObject({
    model: "Qwen/Qwen3-4B-Instruct-2507",
    gpu: { type: "A100-80GB" },
    config: { vllm: { enforce_eager: true, max_model_len: 16_384 } },
  });
});

test("a changed sampling setting, port or patience is not", async () => {
  const name = await nameOf("qwen3-4b");
  const sampling = {
    temperature: "0.1",
    top_p: "0.5",
    top_k: "3",
    min_p: "0.1",
    max_tokens: "100",
    min_tokens: "5",
    presence_penalty: "1",
    repetition_penalty: "1.1",
    seed: "7",
    stop: '["END"]',
  };
  expect(Object.keys(sampling).sort()).toEqual(Object.keys(Sampling.shape).sort());
  const { record } = await planOf("qwen3-4b", { sampling });
  expect(record.name).toBe(name);
  expect(record.sampling).toMatchObject({ temperature: 0.1, max_tokens: 100, stop: ["END"] });
  expect(await nameOf("qwen3-4b", { infra: { startup_timeout: "60" } })).toBe(name);
  expect(await nameOf("qwen3-4b", {}, { port: 8000 })).toBe(name);
});

test("the four RL-Zero models are four servers, all with labels for DNS", async () => {
  const keys = ["code", "math", "if", "mix"].map((task) => `olmo-3-7b-rl-zero-${task}`);
  const names = await Promise.all(keys.map((key) => nameOf(key, {}, { where: "modal" })));
  expect(new Set(names).size).toBe(4);
  for (const [index, name] of names.entries()) {
    expect(name).toContain(keys[index]);
    expect(`ota-merge--${name}-serve`.length).toBeLessThanOrEqual(63);
  }
});

test("what a command is handed, and the folder that its words are about, are part of it", async () => {
  const command = { engine: "command", command: ["serve", "--config=package.json"] };
  const local = { where: "local" } as const;
  const names = [
    await nameOf(command, {}, local),
    await nameOf(command, {}, { ...local, secrets: ["A_KEY"] }),
    await nameOf(command, {}, { ...local, apiKeyEnv: "A_KEY" }),
  ];
  expect(new Set(names).size).toBe(3);
});
