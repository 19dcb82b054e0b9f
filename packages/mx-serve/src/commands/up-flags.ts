import * as z from "zod";
import { planFlags } from "../plan/plan-flags.ts";

/** What `mx-serve up` takes: which server is wanted, where, and how long it is to be there. */
export const upFlags = z.object({
  on: z
    .enum(["local", "modal", "slurm"])
    .default("local")
    .describe("where it runs: on this machine, in a sandbox of Modal, as a job of Slurm"),
  detach: z
    .boolean()
    .default(false)
    .describe("leave the server running: it is up until `mx-serve stop`"),
  as: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]*$/, "expected a name of letters, digits and _")
    .default("OPENAI")
    .describe(
      "what the command's variables begin with: user_model gives USER_MODEL_API_BASE, _BASE_URL, _API_KEY and _MODEL",
    ),
  apiKeyEnv: z
    .string()
    .min(1)
    .optional()
    .describe(
      "NAME of the variable by which the server of the engine `command` takes the key of its API; one is made [none]",
    ),
  endpointFile: z
    .string()
    .min(1)
    .optional()
    .describe("keep the endpoint record in this file, too, as it changes"),
  ...planFlags,
  slurm: z
    .record(z.string(), z.string())
    .default({})
    .describe("options of the job of --on slurm: --slurm.partition=gpu --slurm.time=4:00:00"),
  modal: z
    .record(z.string(), z.string())
    .default({})
    .describe("options of --on modal: --modal.environment=dev"),
});
export type UpFlags = z.infer<typeof upFlags>;
