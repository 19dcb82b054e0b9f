import * as z from "zod";
import { Usage } from "./usage.ts";

/** One model call. Written by mx-proxy, one line when the call has ended, whatever its end. */
export const Request = z.object({
  type: z.literal("request").describe("the record type"),
  version: z.literal(1).describe("version of this record type"),
  id: z
    .string()
    .min(1)
    .describe("the proxy's name of the call; also in the reply's x-mx-request-id"),
  started_at: z.iso.datetime().describe("when the request had arrived, UTC"),
  run_id: z.string().nullable().describe("from the trial key; null: called without one"),
  key: z
    .string()
    .nullable()
    .describe("the trial's key, from the trial key; null: called without one"),
  attempt: z.int().nonnegative().nullable().describe("the trial's attempt, from the trial key"),
  task_id: z.string().nullable().describe("the trial's task, from the trial key"),
  trial: z.int().nonnegative().nullable().describe("the trial's index, from the trial key"),
  method: z.string().describe("HTTP method"),
  path: z.string().describe("path asked for, without query"),
  model: z.string().nullable().describe("model asked for; null: the body named none"),
  model_served: z.string().nullable().describe("model as the reply names it; null: not said"),
  finish_reason: z
    .string()
    .nullable()
    .optional()
    .describe("why the reply ended, as it says itself: stop, length, tool_calls, end_turn, …"),
  upstream: z.string().nullable().describe("which upstream answered; null: none was reached"),
  status: z
    .int()
    .nullable()
    .describe("HTTP status that the client got; null: it left before one was sent"),
  state: z
    .enum(["ok", "error", "truncated", "cancelled", "refused"])
    .describe(
      "ok | error (an upstream failed or answered 4xx/5xx) | truncated (a stream ended too early) | " +
        "cancelled (the client left) | refused (by mx-proxy itself: key, path, limits)",
    ),
  error: z.string().optional().describe("what went wrong, secrets masked"),
  attempts: z.int().nonnegative().describe("times an upstream was called for it"),
  streamed: z.boolean().describe("true: the reply was server-sent events"),
  usage: Usage.describe("tokens as the reply reported them"),
  cost_usd: z.number().nonnegative().nullable().describe("null: unknown"),
  ttft_ms: z
    .number()
    .nonnegative()
    .nullable()
    .describe("from arrival to the first byte of the reply's body"),
  elapsed_ms: z.number().nonnegative().describe("from arrival to the end of the reply"),
  cache: z.enum(["off", "miss", "hit"]).describe("whether the answer came from a cache"),
});
export type Request = z.infer<typeof Request>;
