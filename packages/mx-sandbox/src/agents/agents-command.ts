import { defineCommand, table } from "@mx/cli";
import { DoctorCheck } from "@mx/records/doctor-check";
import * as z from "zod";
import { installCommand } from "./install-command.ts";

/** `mx-sandbox agents` as data. */
export const agents = defineCommand({
  name: "agents",
  summary: "List the agents that --agent knows, and which of them are installed.",
  description:
    "An agent is installed the first time a run needs it, into $MX_AGENTS, else $MX_HOME/agents, or /var/lib/mx/agents where " +
    "sandboxes cannot see that. One check record each; `ok` says that it can be run at once.",
  flags: z.object({}),
  positionals: [],
  subcommands: { install: installCommand },
  examples: [["mx-sandbox agents install codex", "install one before the first run"]],
  writes: ["check"],
  render: async function* (records) {
    const rows: string[][] = [];
    for await (const record of records) {
      const { name, ok, detail } = DoctorCheck.parse(record);
      rows.push([name, ok ? "ready" : "-", detail]);
    }
    yield table(["agent", "", "what"], rows);
  },
  async *run(_, __, { env }) {
    const { listAgents } = await import("./list-agents.ts");
    yield* listAgents(env);
  },
});
