import { defineCommand } from "@mx/cli";
import { showChecks } from "./check-table.ts";
import { flags } from "./flags.ts";

/** mx-setup doctor as data; the work is in doctor.ts. */
export const doctorCommand = defineCommand({
  name: "mx-setup doctor",
  summary: "Look whether runs can work, here or on Modal; say what to do about what is wrong.",
  description:
    "Phases: prerequisites, setup, services, model, sandbox, gpu; all of them, or those that are named. It asks " +
    "nothing, and sets nothing up. What costs money is not run without --allow-cost, and said to be so. Exit code 1: a " +
    "check has failed, or a phase that was named did not run.",
  flags,
  positionals: [
    {
      name: "phase",
      describe: "prerequisites, setup, services, model, sandbox or gpu [all]",
      repeat: true,
    },
  ],
  examples: [
    ["mx-setup doctor", "can sandboxes be made on this machine?"],
    ["mx-setup doctor --where modal prerequisites setup", "credentials, secrets and volumes"],
    [
      "mx-setup doctor services model --endpoint local=http://localhost:8000/v1 --allow-cost",
      "does a model answer?",
    ],
    ["mx-setup doctor | jq -r 'select(.ok == false) | .fix'", "what to do"],
  ],
  writes: ["check"],
  render: showChecks,
  async *run(records, given, context) {
    const { doctor } = await import("./doctor.ts");
    return yield* doctor(records, given, context);
  },
});
