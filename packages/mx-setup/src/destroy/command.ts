import { defineCommand } from "@mx/cli";
import { destroyFlags } from "../flags.ts";
import { showResources } from "../resource-table.ts";

/** mx-setup destroy as data; the work is in destroy.ts. */
export const destroyCommand = defineCommand({
  name: "mx-setup destroy",
  summary:
    "Delete the secrets that the file names; with --volumes its volumes and environment too.",
  description:
    "Asks for the environment's name before it deletes anything; without a terminal it needs --yes. What the file " +
    "does not name is not touched, and neither are generated values on this machine: a volume that was kept may " +
    "need them. The environment goes only when nothing is left in it.",
  flags: destroyFlags,
  positionals: [{ name: "file", describe: "what is to be deleted [mx.setup.yaml]" }],
  examples: [
    ["mx-setup destroy --dry-run --volumes", "what would be deleted"],
    ["mx-setup destroy --yes", "in a script"],
  ],
  writes: ["resource"],
  render: showResources,
  async *run(records, given, context) {
    const { destroy } = await import("./destroy.ts");
    return yield* destroy(records, given, context);
  },
});
