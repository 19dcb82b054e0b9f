import type { HitCode } from "./hit.ts";

/** How hits of one kind become a finding. */
export interface FindingRule {
  /** What the share is of. */
  of: "attempts" | "results" | "trajectories";
  /** The message goes "52 of 100 results (52 %)" and then this. */
  message: string;
  /** From this share on, 0 to 1, a warning; below, an info. */
  warning: number;
  /** From this share on, an error: the score says little. */
  error: number;
}

/*
 * What can happen to a sound agent (limits, cut answers, retries) is worth a warning at 5 % and an error at 25 %.
 * What is no work of the agent, or ends a conversation wrongly, is a warning at once and an error at 5 %. Error
 * records are few in a run that went well, and as results they count as misses: 1 % and 10 %. Trials without tool
 * calls may be in order where a task needs none: 10 % and 50 %; the published tau-bench results of gpt-4o have 9 %.
 */
const mayHappen = { warning: 0.05, error: 0.25 };
const neverRight = { warning: 0, error: 0.05 };

export const findingRules: Record<HitCode, FindingRule> = {
  error_record: { of: "attempts", message: "are error records", warning: 0.01, error: 0.1 },
  step_cap: { of: "results", message: "ended at the turn limit", ...mayHappen },
  timeout: { of: "results", message: "ran out of time", ...mayHappen },
  clock_timeout: {
    of: "results",
    message: "ran out of time, but not by the agent's doing",
    ...neverRight,
  },
  empty_output: { of: "results", message: "completed with an empty output", ...mayHappen },
  cut_off_output: { of: "results", message: "have an output that is cut off", ...mayHappen },
  loop_in_output: { of: "results", message: "have an output that repeats itself", ...mayHappen },
  leaked_thinking: { of: "results", message: "show thinking to the other side", ...neverRight },
  no_tool_calls: {
    of: "trajectories",
    message: "have no tool call, though there are tools",
    warning: 0.1,
    error: 0.5,
  },
  stop_token_in_thinking: {
    of: "trajectories",
    message: "ended by a stop token that is only in thinking",
    ...neverRight,
  },
  repeated_actions: {
    of: "trajectories",
    message: "repeat one action 5 times or more",
    ...mayHappen,
  },
  unknown_tool: { of: "trajectories", message: "call a tool that is not there", ...mayHappen },
  loop_in_message: {
    of: "trajectories",
    message: "have a message that repeats itself",
    ...mayHappen,
  },
  empty_reply: { of: "trajectories", message: "have an empty reply of the agent", ...mayHappen },
  reward_without_agent: {
    of: "results",
    message: "have a reward though the agent called no model",
    ...neverRight,
  },
};
