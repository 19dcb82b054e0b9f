import { defineCommand } from "@mx/cli";
import { deployFlags } from "./deploy-flags.ts";

/** mx-serve deploy: a server at Modal that is there when it is called. */
export const deploy = defineCommand({
  name: "mx-serve deploy",
  summary: "Deploy a server to Modal, where it starts when it is called and ends when nobody does.",
  description:
    "Writes the Python file that Modal needs, runs `modal deploy` on it, asks Modal for the address and prints an " +
    "endpoint record: `ready` with --wait, else `starting`. The same configuration again finds what is deployed. " +
    "Callers send the headers Modal-Key and Modal-Secret, unless it is --public.",
  flags: deployFlags,
  positionals: [
    { name: "model", describe: "a name of the registry, or an id at the hub; none for a service" },
  ],
  examples: [
    ["mx-serve deploy Qwen/Qwen3-8B --dry-run", "read what would be deployed"],
    [
      "mx-serve deploy Qwen/Qwen3-8B --wait --infra.gpu=H100",
      "deploy, and wait for the first answer",
    ],
    ["mx-serve deploy --engine litellm --public", "a gateway whose own key protects it"],
  ],
  writes: ["endpoint"],
  async *run(_records, flags, context) {
    // Loaded here so that --help does not pay for YAML, the registry and Modal's SDK.
    const { deployPlan } = await import("./deploy-plan.ts");
    yield* deployPlan(flags, context);
  },
});
