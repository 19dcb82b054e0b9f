import { defineCommand } from "@mx/cli";
import * as z from "zod";
import { planFlags } from "./plan/plan-flags.ts";

const flags = z.object({ models: planFlags.models });

/** `mx-serve models` as data. */
export const modelsCommand = defineCommand({
  name: "models",
  summary: "List the models that are known, with the cards and the price of each.",
  description:
    "In a pipe: the plan of each as a `server` record, as `mx-serve plan` prints it. Presets that are for one model " +
    "count as models; the others are named below the table.",
  flags,
  examples: [
    ["mx-serve models", "the registry"],
    ["mx-serve models | jq -r 'select(.fit.fits == false) | .model'", "what does not fit"],
  ],
  writes: ["server"],
  async *run(_records, given, { env }) {
    const { planServer } = await import("./plan/plan-server.ts");
    const { readRegistry } = await import("./registry/read-registry.ts");
    const { listedKeys } = await import("./registry/listed-keys.ts");
    const registry = await readRegistry({ env, userModels: given.models });
    for (const model of listedKeys(registry)) {
      const { record } = await planServer({ selection: { model }, where: "modal", registry, env });
      yield record;
    }
  },
  async *render(records, given, context) {
    const { showModels } = await import("./registry/show-models.ts");
    yield* showModels(records, given, context);
  },
});
