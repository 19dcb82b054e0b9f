import { defineCommand, ExitCode, MxError } from "@mx/cli";
import * as z from "zod";

/** mx-serve stop: ends servers, whoever uses them. */
export const stop = defineCommand({
  name: "mx-serve stop",
  summary: "End servers, also those that others use or that are still starting.",
  description:
    "Waits until nothing of them is left. What a server keeps, such as the data of Postgres, stays. A NAME " +
    "may be the beginning of one, or the id of a model. One that is not up is no error.",
  flags: z.object({
    all: z.boolean().default(false).describe("all servers that are up"),
  }),
  positionals: [{ name: "name", describe: "a server", repeat: true }],
  examples: [
    ["mx-serve stop qwen3-4b", "one of them"],
    ["mx-serve stop --all", "go home"],
  ],
  writes: ["endpoint"],
  async *run(_records, { all }, context) {
    if (all === context.positionals.length > 0) {
      throw new MxError(all ? "--all has no place beside a NAME" : "no NAME is given", {
        code: "usage",
        exitCode: ExitCode.usage,
        hint: "name the servers that are to end, or give --all",
      });
    }
    const { askedServers } = await import("./asked-servers.ts");
    const { stopServer } = await import("./stop-server.ts");
    let isFine = true;
    for (const folder of await askedServers(context)) {
      const { endpoint, done } = await stopServer(folder, context, !all);
      if (endpoint !== null) yield endpoint;
      isFine &&= done;
    }
    return isFine ? ExitCode.ok : ExitCode.unavailable;
  },
  async *render(records) {
    const { endpointTable } = await import("./endpoint-table.ts");
    yield* endpointTable(records, "no server was up");
  },
});
