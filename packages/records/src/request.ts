import * as z from "zod";
import { callerFields } from "./caller.ts";
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
  ...callerFields,
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
  model_sent: z
    .string()
    .optional()
    .describe("model that the upstream was asked for, where it is not the one asked for here"),
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
  tries: z
    .array(
      z.object({
        upstream: z.string().describe("which upstream was called"),
        status: z.int().nullable().describe("HTTP status; null: there was no reply"),
        error: z.string().optional().describe("why there was no reply, secrets masked"),
      }),
    )
    .optional()
    .describe("each time an upstream was called, where that was more than once; few of many"),
  queue_ms: z
    .number()
    .nonnegative()
    .optional()
    .describe("waited for a place at an upstream: concurrency, requests or tokens per minute"),
  streamed: z.boolean().describe("true: the reply was server-sent events"),
  usage: Usage.describe("tokens as the reply reported them"),
  cost_usd: z.number().nonnegative().nullable().describe("null: unknown"),
  ttft_ms: z
    .number()
    .nonnegative()
    .nullable()
    .describe("from arrival to the first byte of the reply's body"),
  elapsed_ms: z.number().nonnegative().describe("from arrival to the end of the reply"),
  cache: z
    .enum(["off", "miss", "hit", "replay"])
    .describe("whether the answer came from a cache; replay: from a recording, nothing was called"),
  stored_usage: Usage.optional().describe(
    "tokens of the stored reply that a hit or a replay gave again; nobody was asked for them now",
  ),
});
export type Request = z.infer<typeof Request>;
