import type { Server } from "@mx/records";
import { command } from "./command.ts";
import type { Engine } from "./engine.ts";
import { langfuse } from "./langfuse.ts";
import { litellm } from "./litellm.ts";
import { llamaCpp } from "./llama-cpp.ts";
import { postgres } from "./postgres.ts";
import { sglang } from "./sglang.ts";
import { vllm } from "./vllm.ts";

/** All engines, by name. Each is only ever given a config of its own schema. */
export const engines = {
  vllm,
  sglang,
  "llama-cpp": llamaCpp,
  litellm,
  postgres,
  langfuse,
  command,
} as unknown as Record<Server["engine"], Engine>;
