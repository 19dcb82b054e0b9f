import { expect, test } from "vitest";
import { VllmConfig } from "../engines/vllm-config.ts";
import { Infra } from "./infra.ts";
import { Sampling } from "./sampling.ts";
import { typedOverrides } from "./typed-overrides.ts";

const vllm = (given: Record<string, string>) => typedOverrides("vllm", VllmConfig, given);

test.for<[string, string, unknown]>([
  ["max_model_len", "81920", 81_920],
  ["max-model-len", "81920", 81_920],
  ["gpu_memory_utilization", "0.95", 0.95],
  ["tensor_parallel_size", "2", 2],
  ["data_parallel_size", "2", 2],
  ["prefix_caching", "No", false],
  ["prefix_caching", "0", false],
  ["prefix_caching", "FALSE", false],
  ["prefix_caching", "Yes", true],
  ["prefix_caching", "1", true],
  ["trust_remote_code", "True", true],
  ["attention_backend", "FLASHINFER", "FLASHINFER"],
  ["dtype", "bfloat16", "bfloat16"],
  ["quantization", "fp8", "fp8"],
  ["quantization", "null", null],
  ["enforce_eager", "yes", true],
  ["enforce_eager", "null", null],
  ["speculative_config", '{"method":"ngram"}', { method: "ngram" }],
  ["extra_args", '["--max-logprobs","5"]', ["--max-logprobs", "5"]],
])("--vllm.%s=%s is typed", ([name, text, value]) => {
  expect(vllm({ [name]: text })).toEqual({ [name.replaceAll("-", "_")]: value });
});

test("infra and sampling have the fields that they replace", () => {
  expect(
    typedOverrides("infra", Infra, {
      gpu: "H100:2",
      timeout: "7200",
      scaledown_window: "900",
      max_concurrent_inputs: "999",
    }),
  ).toEqual({ gpu: "H100:2", timeout: 7200, scaledown_window: 900, max_concurrent_inputs: 999 });
  expect(
    typedOverrides("sampling", Sampling, {
      temperature: "0.5",
      top_p: "1",
      max_tokens: "32768",
      min_tokens: "0",
    }),
  ).toEqual({ temperature: 0.5, top_p: 1, max_tokens: 32_768, min_tokens: 0 });
});

test.for<[Record<string, string>, string]>([
  [{ max_model_len: "long" }, '--vllm.max_model_len: expected a whole number, not "long"'],
  [{ max_model_len: "0x10" }, '--vllm.max_model_len: expected a whole number, not "0x10"'],
  [{ max_model_len: "1.5" }, "--vllm.max_model_len:"],
  [{ max_model_len: "" }, '--vllm.max_model_len: expected a whole number, not ""'],
  [{ prefix_caching: "maybe" }, '--vllm.prefix_caching: expected true or false, not "maybe"'],
  [{ gpu_memory_utilization: "1.5" }, "--vllm.gpu_memory_utilization:"],
  [{ dtype: "int7" }, "--vllm.dtype:"],
  [{ speculative_config: "{" }, "--vllm.speculative_config: expected JSON"],
  [{ data_parallel_size: "null" }, "--vllm.data_parallel_size:"],
])("%j is refused", ([given, message]) => {
  expect(() => vllm(given)).toThrow(
    expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }),
  );
});

test("an unknown field is an error that lists the valid ones and names the nearest", () => {
  const unknown = () => vllm({ max_model_length: "1" });
  expect(unknown).toThrow(
    expect.objectContaining({
      exitCode: 2,
      message: "--vllm.max_model_length: there is no such setting",
      hint: expect.stringMatching(/^did you mean --vllm.max_model_len\? .*prefix_caching/),
    }),
  );
  expect(() => vllm({ constructor: "1" })).toThrow("there is no such setting");
});

test.for(["H100:0", "H100:two", ":2", "", "A100 80GB"])("gpu %j is refused", (gpu) => {
  expect(() => typedOverrides("infra", Infra, { gpu })).toThrow("expected a type and a number");
});
