import { expect, test } from "vitest";
import { documentedFlags, documentedParsers, flagsOf } from "../testing/documented-flags.ts";
import { readRegistry } from "../registry/read-registry.ts";
import type { ServedModel } from "./engine.ts";
import { LlamaCppConfig } from "./llama-cpp-config.ts";
import { llamaPythonArgv, llamaServerArgv } from "./llama-cpp.ts";
import { SglangConfig } from "./sglang-config.ts";
import { sglangArgv } from "./sglang.ts";
import { vllmArgv } from "./vllm-argv.ts";
import { VllmConfig } from "./vllm-config.ts";

const model: ServedModel = {
  entry: { key: "tiny", hub_id: "org/tiny", revision: "abc" },
  servedName: "tiny",
  template: { source: "forced", name: "base", sha256: null, text: "{{ messages }}" },
};

/** Every setting of vLLM has a value. */
const everything = {
  max_model_len: 8192,
  tensor_parallel_size: 2,
  pipeline_parallel_size: 2,
  data_parallel_size: 2,
  trust_remote_code: true,
  attention_backend: "FLASHINFER",
  dtype: "bfloat16",
  quantization: "fp8",
  kv_cache_dtype: "fp8",
  max_num_seqs: 64,
  max_num_batched_tokens: 16_384,
  max_cudagraph_capture_size: 32,
  enforce_eager: true,
  async_scheduling: true,
  stream_interval: 20,
  compilation_config: { level: 3 },
  speculative_config: { method: "ngram" },
  tool_call_parser: "hermes",
  reasoning_parser: "qwen3",
  generation_config: "vllm",
  load_format: "dummy",
  seed: 1,
};
const nothing = { prefix_caching: false, enforce_eager: false, async_scheduling: false };

/** Settings that are no flag: the version, what goes by a variable, and arguments as they are. */
const noFlag = ["version", "api_key", "keep_alive", "extra_args", "prefix_caching"];

test.for(["0.13.0", "0.18.1"])("vLLM %s knows every flag that is passed", (version) => {
  const known = documentedFlags(`vllm-${version}`);
  for (const settings of [everything, nothing, {}]) {
    const config = VllmConfig.parse({ ...settings, version });
    for (const flag of flagsOf(vllmArgv(config, model, 2))) expect(known).toContain(flag);
  }
});

test("every setting of vLLM does something", () => {
  const fields = Object.keys(VllmConfig.shape).filter((name) => !noFlag.includes(name));
  const set = Object.keys({ ...everything, gpu_memory_utilization: 0.9 });
  expect(fields.sort()).toEqual(set.sort());
  const full = vllmArgv(VllmConfig.parse(everything), model, 2);
  for (const name of Object.keys(everything)) {
    const { [name as "seed"]: _left, ...rest } = everything;
    // How many cards a layer is cut over is counted before: see tensorCards.
    if (name === "tensor_parallel_size") continue;
    expect(vllmArgv(VllmConfig.parse(rest), model, 2), name).not.toEqual(full);
  }
});

test("prefix caching is on and off by name", () => {
  const argv = (prefix_caching: boolean) =>
    vllmArgv(VllmConfig.parse({ prefix_caching }), model, 1);
  expect(argv(true)).toContain("--enable-prefix-caching");
  expect(argv(false)).toContain("--no-enable-prefix-caching");
});

test("a tool parser turns the choice of tools on, and JSON is one argument", () => {
  const argv = vllmArgv(VllmConfig.parse(everything), model, 1);
  expect(argv).toContain("--enable-auto-tool-choice");
  expect(argv[argv.indexOf("--speculative-config") + 1]).toBe('{"method":"ngram"}');
  expect(argv[argv.indexOf("--chat-template") + 1]).toBe("{dir}/chat-template.jinja");
  expect(argv).not.toContain("--api-key");
});

test("SGLang knows every flag that is passed", () => {
  const known = documentedFlags("sglang-0.5.9");
  const config = SglangConfig.parse({
    context_length: 8192,
    data_parallel_size: 2,
    prefix_caching: false,
    trust_remote_code: true,
    attention_backend: "fa3",
    dtype: "bfloat16",
    quantization: "fp8",
    kv_cache_dtype: "fp8_e5m2",
    max_running_requests: 64,
    tool_call_parser: "qwen25",
    reasoning_parser: "qwen3",
    speculative_algorithm: "EAGLE3",
    speculative_draft_model_path: "org/draft",
    speculative_num_steps: 3,
    speculative_eagle_topk: 1,
    speculative_num_draft_tokens: 4,
    seed: 1,
  });
  const flags = flagsOf(sglangArgv(config, model, 2));
  expect(flags.length).toBeGreaterThan(20);
  for (const flag of flags) expect(known).toContain(flag);
});

test("both servers of llama.cpp know every flag that is passed", () => {
  const config = LlamaCppConfig.parse({ file: "*.gguf", ctx_size: 512, threads: 2 });
  const server = documentedFlags("llama-server");
  for (const flag of flagsOf(llamaServerArgv(config, model))) expect(server).toContain(flag);
  const plain = LlamaCppConfig.parse({ jinja: false });
  for (const flag of flagsOf(llamaServerArgv(plain, model))) expect(server).toContain(flag);
  const python = documentedFlags("llama_cpp.server");
  const file: ServedModel = { ...model, entry: { key: "tiny", hub_id: "/models/tiny.gguf" } };
  for (const one of [model, file]) {
    for (const flag of flagsOf(llamaPythonArgv(config, one))) expect(python).toContain(flag);
  }
});

test("the parsers of the shipped registry are parsers that the engines have", async () => {
  const { models } = await readRegistry({ env: { MX_HOME: "/nonexistent" }, cwd: "/nonexistent" });
  let seen = 0;
  for (const entry of models.values()) {
    for (const engine of ["vllm", "sglang"] as const) {
      for (const kind of ["tool", "reasoning"] as const) {
        const name = entry[engine]?.[kind === "tool" ? "tool_call_parser" : "reasoning_parser"];
        if (typeof name !== "string") continue;
        expect(documentedParsers(engine, kind), entry.key).toContain(name);
        seen += 1;
      }
    }
  }
  expect(seen).toBeGreaterThan(20);
});
