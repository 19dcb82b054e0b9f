import { defineCommand } from "@mx/cli";
import { destroyCommand } from "./destroy/command.ts";
import { doctorCommand } from "./doctor/command.ts";
import { flags } from "./flags.ts";
import { showResources } from "./resource-table.ts";

/** mx-setup as data; the work is in apply/set-up.ts. */
export const command = defineCommand({
  name: "mx-setup",
  summary: "Make what runs need in the cloud: an environment, secrets and volumes, as a file says.",
  description:
    "A value that exists is kept: running it again changes nothing. Values come from a .env file, the environment, a " +
    "default, or are generated; those are written to a file (0600) before they are sent, and never shown. It asks " +
    "before it changes anything; without a terminal it needs --yes. Writes a resource record for each thing.",
  flags,
  positionals: [{ name: "file", describe: "what must be there [mx.setup.yaml]" }],
  examples: [
    ["mx-setup --example goat > mx.setup.yaml", "a file to begin with"],
    ["mx-setup --dry-run", "what would be done"],
    ["mx-setup --yes | jq -r 'select(.action == \"skip\") | .reason'", "in CI; what is missing"],
    ["mx-setup --rotate goat-postgres.POSTGRES_PASSWORD", "a new password"],
    ["mx-setup doctor", "can runs work on this machine?"],
  ],
  writes: ["resource"],
  subcommands: { destroy: destroyCommand, doctor: doctorCommand },
  render: showResources,
  async *run(records, given, context) {
    if (given.example !== undefined) {
      const { exampleText } = await import("./file/example-text.ts");
      await context.writeText(await exampleText(given.example));
      return 0;
    }
    // Loaded here so that --help does not pay for YAML and Modal.
    const { setUp } = await import("./apply/set-up.ts");
    return yield* setUp(records, given, context);
  },
});
