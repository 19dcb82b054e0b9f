import type { Finding } from "@mx/records";

/** What can be wrong with one trial. Stable names: they become the `code` of findings. */
export type HitCode =
  | "clock_timeout"
  | "cut_off_output"
  | "empty_output"
  | "empty_reply"
  | "error_record"
  | "leaked_thinking"
  | "loop_in_message"
  | "loop_in_output"
  | "no_tool_calls"
  | "repeated_actions"
  | "reward_without_agent"
  | "step_cap"
  | "stop_token_in_thinking"
  | "timeout"
  | "unknown_tool";

/** Something that makes the score of one trial suspect. */
export interface Hit {
  code: HitCode;
  /** A finding with this hit is at least so severe. */
  severity?: Finding["severity"];
  /** Which of its kind it is, short and without control characters: a fault class, a tool, a pattern. */
  detail?: string;
}
