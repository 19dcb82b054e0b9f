import * as z from "zod";

/** A model API that can be called. Written by mx-serve and mx-proxy, read by mx-sandbox and mx-proxy. */
export const Endpoint = z.object({
  type: z.literal("endpoint").describe("the record type"),
  version: z.literal(1).describe("version of this record type"),
  name: z.string().min(1).describe("its name, unique where it is used"),
  base_url: z.url().describe("OpenAI-compatible base URL, with /v1 where the API has it"),
  models: z.array(z.string()).describe("model ids that /v1/models lists; empty: not known yet"),
  engine: z
    .string()
    .describe("what answers: mx-proxy, vllm, litellm, scripted, openai-compatible, …"),
  where: z.string().describe("local, modal, slurm, remote"),
  state: z
    .enum(["starting", "ready", "stopped", "failed"])
    .describe("ready: a probe has succeeded"),
  handle: z
    .record(z.string(), z.unknown())
    .describe(
      "what `stop` and a caller need: pid, socket (path of a unix socket), headers_env (header -> NAME of a variable), …",
    ),
  api_key_env: z
    .string()
    .optional()
    .describe("NAME of the environment variable that holds the key; never the key"),
});
export type Endpoint = z.infer<typeof Endpoint>;
