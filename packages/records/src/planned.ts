import * as z from "zod";
import { Equipment } from "./equipment.ts";

/** A trial that would be run. Written by `mx-sandbox --dry-run`, read by people and scripts. */
export const Planned = z.object({
  type: z.literal("planned").describe("the record type"),
  version: z.literal(1).describe("version of this record type"),
  key: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe("the trial's key, as its records would have it"),
  task_id: z.string().min(1).describe("the task's id"),
  model: z.string().nullable().describe("the model that would be asked; null: the agent uses none"),
  variant: z.string().min(1).describe("the arm of an A/B"),
  equipment: Equipment.optional().describe("what its agent is given besides; absent: nothing"),
  trial: z.int().nonnegative().describe("which go at the task, from 0"),
});
export type Planned = z.infer<typeof Planned>;
