import * as z from "zod";

/** How llama.cpp serves: `llama_cpp` of the registry, and `--llama-cpp.NAME=VALUE`. */
export const LlamaCppConfig = z.strictObject({
  program: z
    .enum(["llama-server", "llama_cpp.server"])
    .default("llama-server")
    .describe("llama.cpp's own server, or that of the Python package llama-cpp-python"),
  python: z
    .string()
    .min(1)
    .default("python3")
    .describe("the Python that has llama-cpp-python, for llama_cpp.server"),
  version: z
    .string()
    .min(1)
    .default("0.3.16")
    .describe("exact version of llama-cpp-python that an image gets"),
  file: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("GGUF file of the model's repository; null: hub_id is the path of a file"),
  ctx_size: z.int().positive().nullable().default(null).describe("longest context in tokens"),
  parallel: z.int().positive().default(1).describe("calls at once; they share the context"),
  n_gpu_layers: z.int().nonnegative().default(0).describe("layers on the graphics card"),
  threads: z.int().positive().nullable().default(null).describe("threads; null: it decides"),
  jinja: z.boolean().default(true).describe("use the model's chat template, which tools need"),
  api_key: z
    .boolean()
    .default(true)
    .describe("callers must send a key: that of LLAMA_API_KEY, or one that is made"),
  extra_args: z
    .array(z.string())
    .default([])
    .describe("arguments that are passed on as they are, JSON"),
});
export type LlamaCppConfig = z.infer<typeof LlamaCppConfig>;
