import * as z from "zod";

/**
 * How callers of a server are meant to sample: `sampling` of the registry, and `--sampling.NAME=VALUE`. A note that
 * travels with the server's record; no part of what is served, so that a change never starts a second server.
 */
export const Sampling = z.strictObject({
  temperature: z.number().min(0).optional().describe("0: always the likeliest token"),
  top_p: z.number().gt(0).max(1).optional().describe("share of probability that is sampled from"),
  top_k: z.int().optional().describe("the k likeliest tokens only"),
  min_p: z.number().min(0).max(1).optional().describe("least probability, relative to the best"),
  max_tokens: z.int().positive().optional().describe("tokens of a reply at most"),
  min_tokens: z.int().nonnegative().optional().describe("tokens of a reply at least"),
  presence_penalty: z.number().min(-2).max(2).optional().describe("against tokens that came"),
  repetition_penalty: z.number().positive().optional().describe("1: none"),
  seed: z.int().optional().describe("of the random numbers"),
  stop: z.array(z.string()).optional().describe("texts that end a reply"),
});
export type Sampling = z.infer<typeof Sampling>;
