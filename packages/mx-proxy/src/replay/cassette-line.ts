import * as z from "zod";
import { StoredReply } from "../stored/stored-reply.ts";

/** One call and what it was answered, as a line of a cassette. */
export const CassetteLine = z.strictObject({
  type: z.literal("cassette"),
  version: z.literal(1),
  method: z.string().min(1).describe("HTTP method"),
  path: z.string().startsWith("/").describe("path and query, from /v1 on"),
  task: z.string().nullable().default(null).describe("task that asked; null: any"),
  trial: z
    .int()
    .nonnegative()
    .nullable()
    .default(null)
    .describe("index of the trial that asked, from 0; null: any"),
  occurrence: z
    .int()
    .nonnegative()
    .default(0)
    .describe("how many equal requests of the trial came before, over all of its attempts"),
  body: z.string().optional().describe("text of the body, where it is JSON"),
  body_base64: z.base64().optional().describe("the body, where it is not JSON"),
  reply: StoredReply.nullable().describe("what came back; null: nothing did"),
  fault: z
    .strictObject({
      code: z.string(),
      message: z.string(),
      attempts: z.int().nonnegative().optional().describe("tries, where more of them are no use"),
    })
    .optional()
    .describe("why the reply was not whole"),
});
export type CassetteLine = z.infer<typeof CassetteLine>;
