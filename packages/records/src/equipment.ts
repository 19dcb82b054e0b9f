import * as z from "zod";

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** What the agent of an arm was given besides the task, by content. Part of the key of every trial of the arm. */
export const Equipment = z.object({
  skills: digest.optional().describe("SHA-256, hex, of the folders of --skills-dir"),
  mcp: digest.optional().describe("SHA-256, hex, of what --mcp-config says, variables not put in"),
  mcp_host: z
    .array(z.string())
    .optional()
    .describe("names of its MCP servers that were outside the sandbox, sorted"),
});
export type Equipment = z.infer<typeof Equipment>;
