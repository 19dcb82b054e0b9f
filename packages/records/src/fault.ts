import * as z from "zod";

/** Why an attempt is not what it should have been. Data, not an exception: the run goes on. */
export const Fault = z.object({
  class: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/)
    .describe(
      "stable name: model_unreachable, sandbox_failed, sandbox_lost, setup_failed, agent_not_started, grade_failed, " +
        "memory_limit, process_limit, output_limit, disk_limit, time_limit, killed, agent_error, " +
        "budget_exceeded, price_unknown, skills_invalid, mcp_failed, " +
        "trajectory_unreadable, trajectory_damaged, slurm_job_lost",
    ),
  message: z.string().describe("what happened, for a person; injected secrets are masked"),
  retryable: z
    .boolean()
    .describe("true: another attempt may go better, and one is made if any are left"),
});
export type Fault = z.infer<typeof Fault>;
