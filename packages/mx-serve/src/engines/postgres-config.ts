import * as z from "zod";

const name = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,62}$/, "expected a name of small letters, digits and _");

/** How Postgres serves: `postgres` of the registry, and `--postgres.NAME=VALUE`. */
export const PostgresConfig = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9_]{1,40}$/, "expected a name of small letters, digits and _")
    .default("main")
    .describe("which data it serves; they are the same whatever the other settings are"),
  version: z
    .string()
    .regex(/^\d+$/, "expected a major version, such as 16")
    .default("16")
    .describe("major version of the image; on this machine, the newest that is there"),
  user: name.default("mx").describe("user that owns the database"),
  database: name.default("mx").describe("database that is made"),
  max_connections: z.int().positive().default(100).describe("connections at once"),
});
export type PostgresConfig = z.infer<typeof PostgresConfig>;
