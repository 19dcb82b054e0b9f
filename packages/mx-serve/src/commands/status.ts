import { defineCommand, ExitCode } from "@mx/cli";
import * as z from "zod";

/** mx-serve status: whether servers work. */
export const status = defineCommand({
  name: "mx-serve status",
  summary: "Ask servers whether they work; exit 69 where one does not.",
  description:
    "Looks at the process and probes the server, as `up` does. Without a NAME, all that were not stopped. A NAME may be " +
    "the beginning of one, or the id of a model.",
  flags: z.object({}),
  positionals: [{ name: "name", describe: "a server", repeat: true }],
  examples: [["mx-serve status qwen3-4b && ./run.sh", "only where it works"]],
  writes: ["endpoint"],
  async *run(_records, _flags, context) {
    const { askedServers } = await import("./asked-servers.ts");
    const { presentEndpoints } = await import("./present-endpoints.ts");
    const { reasonOf } = await import("./reason-of.ts");
    const isNamed = context.positionals.length > 0;
    const folders = await askedServers(context);
    const endpoints = await presentEndpoints(folders, context);
    // One that was never there, or could not be asked, works no more than one that is dead.
    let isFine = endpoints.length === folders.length || !isNamed;
    for (const endpoint of endpoints) {
      if (!isNamed && endpoint.state === "stopped") continue;
      yield endpoint;
      if (endpoint.state === "ready") continue;
      isFine = false;
      context.note(await reasonOf(endpoint));
    }
    return isFine ? ExitCode.ok : ExitCode.unavailable;
  },
  async *render(records) {
    const { endpointTable } = await import("./endpoint-table.ts");
    yield* endpointTable(records, "no server is up");
  },
});
