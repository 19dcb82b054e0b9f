import * as z from "zod";

/** Where the result of a call can be read, which its upstream works on by itself. */
export const ResultLine = z.strictObject({
  type: z.literal("result"),
  version: z.literal(1),
  id: z.string().min(1).describe("name of this entry"),
  digest: z.string().min(1).describe("SHA-256 of the call and of the trial that made it"),
  bytes: z.int().nonnegative().describe("length of the call's body"),
  upstream: z.string().describe("name of the upstream that has taken the call"),
  url: z.url().describe("where its result can be read"),
  started_at: z.iso.datetime().describe("when the upstream said so, UTC"),
});
export type ResultLine = z.infer<typeof ResultLine>;

/** The result of an entry was delivered, or is gone. */
export const DoneLine = z.strictObject({
  type: z.literal("result_done"),
  version: z.literal(1),
  id: z.string().min(1).describe("the entry"),
});
