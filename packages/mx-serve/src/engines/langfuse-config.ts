import * as z from "zod";

/** How Langfuse serves: `langfuse` of the registry, and `--langfuse.NAME=VALUE`. */
export const LangfuseConfig = z.strictObject({
  version: z
    .string()
    .regex(/^2(\.\d+){0,2}$/, "expected a version 2, which needs no more than Postgres")
    .default("2")
    .describe("tag of the image; from version 3 on it is six services"),
  database: z
    .enum(["beside", "external"])
    .default("beside")
    .describe("beside: Postgres in the same container; external: that of DATABASE_URL"),
  name: z
    .string()
    .regex(/^[a-z0-9_]{1,40}$/, "expected a name of small letters, digits and _")
    .default("main")
    .describe(
      "which data a Postgres beside it serves; they are the same whatever the other settings are",
    ),
  public_url: z
    .url()
    .nullable()
    .default(null)
    .describe("address that browsers use; null: that of the server itself"),
  init: z
    .boolean()
    .default(true)
    .describe("make an organisation, a project and a user from LANGFUSE_INIT_…"),
});
export type LangfuseConfig = z.infer<typeof LangfuseConfig>;
