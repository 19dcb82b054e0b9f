import { Usage } from "@mx/records";
import * as z from "zod";
import { AgentFaultClass } from "./agent-fault.ts";

/** How a run of mx-agent ended. */
export const AgentOutcome = z
  .enum(["completed", "max_turns", "failed", "infra_error"])
  .describe(
    "completed | max_turns | failed (the agent's own error) are results; infra_error: the model could not be " +
      "reached or stopped answering, or something else that the agent needs could not be used",
  );
export type AgentOutcome = z.infer<typeof AgentOutcome>;

/**
 * What mx-agent says about itself in the file named by `--report`, written before the first call, after every
 * turn and at the end. Read by mx-sandbox.
 *
 * Until the agent is done, `outcome` is "failed" and `error` says that it was cut short, so that the report of
 * a killed agent never reads as a success.
 */
export const AgentReport = z.object({
  outcome: AgentOutcome,
  turns: z.int().nonnegative().describe("model replies that arrived whole"),
  usage: Usage.describe("over those replies, as the server counted"),
  error: z.string().nullable().describe("why it did not complete; null when it did"),
  fault: AgentFaultClass.optional().describe("what could not be used, where it was not the model"),
});
export type AgentReport = z.infer<typeof AgentReport>;
