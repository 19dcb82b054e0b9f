import * as z from "zod";

/**
 * Something in the cloud that a run needs, and what was done about it. Written by mx-setup, and of
 * sandboxes by `mx-sandbox gc`.
 */
export const Resource = z.object({
  type: z.literal("resource").describe("the record type"),
  version: z.literal(1).describe("version of this record type"),
  kind: z.enum(["environment", "secret", "volume", "app", "sandbox"]).describe("what it is"),
  name: z.string().min(1).describe("its name"),
  environment: z.string().optional().describe("the environment that it is in"),
  action: z.enum(["create", "update", "keep", "skip", "delete", "fail"]).describe("what was done"),
  keys: z.array(z.string()).optional().describe("names of a secret's keys; never a value"),
  dry_run: z
    .literal(true)
    .optional()
    .describe("there: this is what would be done, and nothing was"),
  reason: z.string().optional().describe("why, where the action is not obvious"),
});
export type Resource = z.infer<typeof Resource>;
