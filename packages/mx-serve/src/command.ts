import { defineCommand } from "@mx/cli";
import { deploy } from "./commands/deploy.ts";
import { list } from "./commands/list.ts";
import { logs } from "./commands/logs.ts";
import { status } from "./commands/status.ts";
import { stop } from "./commands/stop.ts";
import { up } from "./commands/up.ts";
import { modelsCommand } from "./models-command.ts";
import { planCommand } from "./plan-command.ts";

/** mx-serve as data. */
export const command = defineCommand({
  name: "mx-serve",
  summary: "Bring up model servers and the services beside them: here, on Modal, or on Slurm.",
  description:
    "Servers are named by their whole serving configuration, and known in $MX_HOME/servers (default: " +
    "$XDG_DATA_HOME/mx, else ~/.local/share/mx). On a terminal the commands print tables; in a pipe they write records.",
  subcommands: {
    up,
    deploy,
    list,
    status,
    stop,
    logs,
    plan: planCommand,
    models: modelsCommand,
  },
  examples: [
    [
      "mx-serve up qwen3-4b -- mx-sandbox --batch smoke.json --model Qwen/Qwen3-4B-Instruct-2507",
      "serve for a run",
    ],
    ["mx-serve up --engine postgres --detach", "a database that stays"],
    ["mx-serve list", "what is up"],
  ],
});
