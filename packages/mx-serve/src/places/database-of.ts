import * as z from "zod";
import type { ServerPlan } from "../server-plan.ts";

const Config = z.object({ postgres: z.object({ user: z.string(), database: z.string() }) });

/** Who owns a Postgres, and its database. */
export function databaseOf({ record }: ServerPlan): { user: string; database: string } {
  return Config.parse(record.config).postgres;
}
