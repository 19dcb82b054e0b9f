import { defineCommand } from "@mx/cli";
import * as z from "zod";
import { planFlags, planRequest } from "./plan/plan-flags.ts";

const flags = z.object({
  on: z
    .enum(["local", "modal", "slurm"])
    .default("modal")
    .describe("where it would run; `up` runs it on this machine unless it is told otherwise"),
  allowUnfit: z
    .boolean()
    .default(false)
    .describe("do not end with 1 where the memory of the graphics cards is too small"),
  ...planFlags,
});

/** `mx-serve plan` as data. */
export const planCommand = defineCommand({
  name: "plan",
  summary:
    "Print what a server would be: command, image, cards, memory, price. Nothing is started.",
  description:
    "Ends with 1 where a model does not fit on its cards. Weights are parameters times bytes, the KV cache that of one " +
    "sequence of the longest context; what is not known of a model stays unknown. Needs no network.",
  flags,
  positionals: [
    {
      name: "model",
      describe: "key of the registry, ORG/NAME at the hub, a folder or .gguf file, or a preset",
      repeat: true,
    },
  ],
  examples: [
    ["mx-serve plan qwen3-30b-a3b", "how it would be served, and what it costs"],
    ["mx-serve plan goat-qwen3-235b", "a card that is too small: exit 1"],
    [
      "mx-serve plan olmo-3-7b-think --preset aime2025 --vllm.max_model_len=65536",
      "for a benchmark",
    ],
    ["mx-serve plan --engine postgres --on local | jq -r '.argv[]'", "a service"],
  ],
  writes: ["server"],
  async *run(_records, given, { positionals, env }) {
    // Loaded here so that --help does not pay for YAML and the engines.
    const { planServer } = await import("./plan/plan-server.ts");
    const models = positionals.length === 0 ? [undefined] : positionals;
    let unfit = false;
    for (const model of models) {
      const { record } = await planServer(planRequest(given, model, given.on, env));
      unfit ||= record.fit?.fits === false;
      yield record;
    }
    return unfit && !given.allowUnfit ? 1 : 0;
  },
  async *render(records, given, context) {
    const { showPlans } = await import("./plan/show-plan.ts");
    yield* showPlans(records, given, context);
  },
});
