import * as z from "zod";

/**
 * What a trial key says about its bearer: which attempt at which trial the calls belong to, and what they may be.
 * A claim that is not known here is no good key: it may hold a limit.
 */
export const TrialClaims = z.strictObject({
  run_id: z.string().min(1).describe("the run"),
  key: z.string().min(1).describe("the trial's key, as in its trial record"),
  task_id: z.string().min(1).describe("the task's id"),
  trial: z.int().nonnegative().describe("which go at the task, from 0"),
  attempt: z.int().nonnegative().describe("which try at this trial, from 0"),
  models: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("the only models that may be asked for, by the names that callers use; none: any"),
  budget_usd: z
    .number()
    .positive()
    .max(4000)
    .optional()
    .describe("USD that the trial may cost, over all of its attempts"),
  budget_tokens: z
    .int()
    .positive()
    .optional()
    .describe("tokens, in and out, that the trial may use, over all of its attempts"),
  mcp: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("names of the MCP servers behind the proxy that may be called; none: no server"),
});
export type TrialClaims = z.infer<typeof TrialClaims>;

/** A trial key that was found to be good, and until when it is, in ms since 1970. */
export type TrialKey = TrialClaims & { expires_at: number };
