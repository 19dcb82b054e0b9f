import { defineCommand } from "@mx/cli";
import { mxHome } from "@mx/store/mx-home";
import * as z from "zod";

/** mx-serve list: every server that is known here. */
export const list = defineCommand({
  name: "mx-serve list",
  summary: "List the servers that were brought up, with the state that each has now.",
  description:
    "Each is asked: ready answers as the server that it should be, starting is there and does not answer (yet), failed " +
    "has ended by itself. A table on a terminal; in a pipe endpoint records.",
  flags: z.object({
    running: z.boolean().default(false).describe("leave out those that are stopped or have failed"),
  }),
  examples: [
    ["mx-serve list", "what is there"],
    ["mx-serve list --running | mx-proxy", "one endpoint in front of all of them"],
  ],
  writes: ["endpoint"],
  async *run(_records, { running }, context) {
    const { listServers } = await import("../servers/list-servers.ts");
    const { presentEndpoints } = await import("./present-endpoints.ts");
    for (const endpoint of await presentEndpoints(await listServers(context.env), context)) {
      if (!running || endpoint.state === "ready" || endpoint.state === "starting") yield endpoint;
    }
  },
  async *render(records, _flags, { env }) {
    const { endpointTable } = await import("./endpoint-table.ts");
    yield* endpointTable(records, `no servers in ${mxHome(env)}/servers`);
  },
});
