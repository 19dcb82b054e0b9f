import { splitWords } from "@mx/cli/split-words";
import type { Server } from "@mx/records";
import * as z from "zod";
import { settingError } from "../config/setting-error.ts";
import type { PlanRequest } from "./plan-server.ts";

const settings = (describe: string) =>
  z.record(z.string(), z.string()).default({}).describe(describe);

/** What `up`, `deploy` and `plan` have in common: what to serve, and how. */
export const planFlags = {
  engine: z
    .enum(["vllm", "sglang", "llama-cpp", "litellm", "postgres", "langfuse", "command"])
    .optional()
    .describe("what serves [as the registry says, else vllm]"),
  command: z
    .string()
    .min(1)
    .optional()
    .describe("command line of the engine `command`; {port}, {host} and {dir} are filled in"),
  preset: z.string().min(1).optional().describe("settings that are put over those of the model"),
  models: z
    .string()
    .min(1)
    .optional()
    .describe("a registry of yours, besides $MX_HOME/models.yaml and ./mx.models.yaml"),
  port: z.int().min(1).max(65_535).optional().describe("port that it listens on [a free one]"),
  servedModelName: z
    .string()
    .min(1)
    .optional()
    .describe("name that callers use [the model's id at the hub]"),
  revision: z
    .string()
    .min(1)
    .optional()
    .describe("commit, tag or branch of the model at the hub [as the registry says]"),
  chatTemplate: z
    .string()
    .min(1)
    .optional()
    .describe("name or file of a template that holds where the model has none of its own"),
  forceChatTemplate: z
    .boolean()
    .optional()
    .describe("the template holds in place of the model's own, too"),
  vllm: settings("settings of vLLM: --vllm.max_model_len=81920"),
  sglang: settings("settings of SGLang: --sglang.context_length=32768"),
  llamaCpp: settings("settings of llama.cpp: --llama-cpp.ctx_size=4096"),
  litellm: settings("settings of LiteLLM: --litellm.version=1.106.2"),
  postgres: settings("settings of Postgres: --postgres.database=traces"),
  langfuse: settings("settings of Langfuse: --langfuse.database=external"),
  infra: settings("what it runs on: --infra.gpu=H100:2 --infra.timeout=7200"),
  sampling: settings("sampling that callers are meant to use: --sampling.temperature=0.5"),
  env: settings("variables that the server gets: --env.NAME=VALUE"),
  secret: z
    .array(z.string().regex(/^[A-Za-z_]\w*$/, "expected the name of a variable"))
    .default([])
    .describe("NAME of a variable that the server gets from the environment, or a secret of Modal"),
};

const schema = z.object(planFlags);
export type PlanFlags = z.infer<typeof schema>;

/** What the flags ask of `planServer`; `model` is the argument that is no flag. */
export function planRequest(
  flags: PlanFlags,
  model: string | undefined,
  where: Server["where"],
  env: NodeJS.ProcessEnv,
): PlanRequest {
  const { vllm, sglang, llamaCpp, litellm, postgres, langfuse, infra, sampling } = flags;
  return {
    selection: {
      model,
      engine: flags.engine,
      command: flags.command === undefined ? undefined : words(flags.command),
      preset: flags.preset,
      servedModelName: flags.servedModelName,
      revision: flags.revision,
      chatTemplate: flags.chatTemplate,
      forceChatTemplate: flags.forceChatTemplate,
    },
    overrides: {
      vllm,
      sglang,
      llamaCpp,
      litellm,
      postgres,
      langfuse,
      infra,
      sampling,
      env: flags.env,
    },
    secrets: flags.secret,
    where,
    port: flags.port ?? null,
    userModels: flags.models,
    env,
  };
}

function words(text: string): string[] {
  try {
    return splitWords(text);
  } catch (error) {
    throw settingError(`--command: ${(error as Error).message}`, "quote it as for a shell", error);
  }
}
