import { defineCommand } from "@mx/cli";
import * as z from "zod";

/** `mx-sandbox agents install` as data. */
export const installCommand = defineCommand({
  name: "install",
  summary: "Install agents, in the versions that their adapters name.",
  description:
    "NAME is one of `mx-sandbox agents`, or a file of your own. What is installed already stays as it is.",
  flags: z.object({}),
  positionals: [
    { name: "name", describe: "agent, or file of an adapter", required: true, repeat: true },
  ],
  writes: ["check"],
  async *run(_, __, { env, note, stop, positionals }) {
    const { readAdapter } = await import("@mx/agent/adapters");
    const { installAgent, isInstallable } = await import("./install-agent.ts");
    const { agentCheck } = await import("./list-agents.ts");
    const loaded = positionals.map((name) => readAdapter(name));
    for (const { adapter } of loaded) {
      if (isInstallable(adapter)) await installAgent(adapter, { env, note, stop });
      yield agentCheck(adapter, env);
    }
  },
});
