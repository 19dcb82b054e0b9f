import { defineCommand } from "@mx/cli";
import * as z from "zod";

/** mx-serve logs: what a server says. */
export const logs = defineCommand({
  name: "mx-serve logs",
  summary: "Print the log of a server, its key masked.",
  description:
    "The log of its last start; of a server on this machine, that of the start before is server.log.1 in its folder.",
  flags: z.object({
    follow: z.boolean().default(false).describe("go on until the server has ended"),
    lines: z
      .int()
      .nonnegative()
      .optional()
      .describe("only so many lines at the end of what is there"),
  }),
  aliases: { f: "follow", n: "lines" },
  positionals: [{ name: "name", describe: "a server", required: true }],
  examples: [["mx-serve logs qwen3-4b --lines 50 --follow", "watch a cold start"]],
  async run(_records, flags, context) {
    const { printLog } = await import("./print-log.ts");
    await printLog(flags, context);
  },
});
