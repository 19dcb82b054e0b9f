import * as z from "zod";
import { exampleNames } from "./file/example-names.ts";

const environment = z
  .string()
  .min(1)
  .optional()
  .describe("another environment than the file's: the same things under another roof");
const yes = z.boolean().default(false).describe("do not ask");
const dryRun = z
  .boolean()
  .default(false)
  .describe("only look, and say what would be done; asks nothing");
export const timeoutS = z
  .number()
  .positive()
  .default(60)
  .describe("seconds that a call to Modal may take");

export const flags = z.object({
  dryRun,
  yes,
  rotate: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "SECRET or SECRET.KEY whose values are put anew: generated ones are made anew, others sent again; may be repeated",
    ),
  envFile: z
    .string()
    .min(1)
    .optional()
    .describe("file with values, in place of the setup file's `env_file`"),
  environment,
  timeoutS,
  example: z.enum(exampleNames).optional().describe("print a setup file to begin with"),
});
export type Flags = z.infer<typeof flags>;

export const destroyFlags = z.object({
  volumes: z
    .boolean()
    .default(false)
    .describe(
      "delete volumes too, with all that is in them, and the environment where nothing else is left in it",
    ),
  dryRun,
  yes,
  environment,
  timeoutS,
});
export type DestroyFlags = z.infer<typeof destroyFlags>;
