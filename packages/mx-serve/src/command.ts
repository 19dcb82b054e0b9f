import { defineCommand } from "@mx/cli";

/** mx-serve as data. */
export const command = defineCommand({
  name: "mx-serve",
  summary: "Bring up model servers and the services beside them: here, on Modal, or on Slurm.",
  subcommands: {},
});
