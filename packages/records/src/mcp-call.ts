import * as z from "zod";
import { callerFields } from "./caller.ts";

/** One call of an MCP server outside the sandbox. Written by mx-proxy, one line when the call has ended, whatever its end. */
export const McpCall = z.object({
  type: z.literal("mcp_call").describe("the record type"),
  version: z.literal(1).describe("version of this record type"),
  id: z.string().min(1).describe("the proxy's name of the call"),
  started_at: z.iso.datetime().describe("when the call had arrived, UTC"),
  ...callerFields,
  server: z.string().describe("name of the server"),
  method: z.string().describe("what it was asked: initialize, tools/list, tools/call, …"),
  tool: z.string().nullable().describe("tool that was called; null: the method is another"),
  arguments: z
    .unknown()
    .optional()
    .describe("what came with the call, secrets masked; left out where it is over 16 KiB"),
  arguments_bytes: z.int().nonnegative().describe("size of that as JSON"),
  state: z
    .enum(["ok", "error", "failed", "cancelled", "refused"])
    .describe(
      "ok (the server gave a result) | error (it answered with an error) | failed (it could not be started or reached, " +
        "or ended) | cancelled (by the client, or with its trial) | refused (by mx-proxy itself)",
    ),
  is_error: z
    .boolean()
    .nullable()
    .describe("true: the result says itself that the tool failed; null: there is no result"),
  result: z
    .unknown()
    .optional()
    .describe("what the server gave, secrets masked; left out where it is over 16 KiB"),
  result_bytes: z
    .int()
    .nonnegative()
    .nullable()
    .describe("size of that as JSON; null: there is no result"),
  error: z.string().optional().describe("what went wrong, secrets masked"),
  elapsed_ms: z.number().nonnegative().describe("from arrival to the end of the call"),
});
export type McpCall = z.infer<typeof McpCall>;
