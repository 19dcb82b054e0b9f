import * as z from "zod";
import { planFlags } from "../plan/plan-flags.ts";

/** What `mx-serve deploy` takes: which server is wanted, and how it gets to Modal. */
export const deployFlags = z.object({
  ...planFlags,
  modalEnvironment: z
    .string()
    .min(1)
    .optional()
    .describe("environment of Modal [MODAL_ENVIRONMENT, else the workspace's default]"),
  modal: z
    .string()
    .min(1)
    .default("modal")
    .describe("Modal's own program, which carries the file there"),
  public: z
    .boolean()
    .default(false)
    .describe(
      "answer without Modal's proxy auth: whoever knows the address can call, and only the server's own key holds",
    ),
  wait: z.boolean().default(false).describe("wait until it answers, which starts a container"),
  dryRun: z
    .boolean()
    .default(false)
    .describe("print the Python file that would be deployed, and do nothing"),
  endpointFile: z.string().min(1).optional().describe("keep the endpoint record in this file, too"),
});
export type DeployFlags = z.infer<typeof deployFlags>;
