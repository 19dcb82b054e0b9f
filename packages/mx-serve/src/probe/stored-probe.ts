import * as z from "zod";
import type { Probe } from "../server-plan.ts";

/** The probe of a server as the handle of its endpoint record keeps it. */
export const StoredProbe: z.ZodType<Probe> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("models"), model: z.string().nullable() }),
  z.object({ kind: z.literal("http"), path: z.string() }),
  z.object({ kind: z.literal("postgres") }),
]);
