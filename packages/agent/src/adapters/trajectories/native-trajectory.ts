import type { NativeUsage } from "./native-usage.ts";

/** A message in the form of OpenAI's chat completions, with `usage`, `timestamp` and `reasoning_content` where known. */
export interface NativeMessage {
  role: "system" | "user" | "assistant" | "tool";
  content: string;
  timestamp?: string | undefined;
  reasoning_content?: string | undefined;
  tool_calls?: { id: string; function: { name: string; arguments: unknown } }[] | undefined;
  tool_call_id?: string | undefined;
  /** Tokens of the reply, as chat completions name them. */
  usage?: NativeUsage | undefined;
}

/** What an agent left of its conversation, before it becomes a record's. */
export interface NativeTrajectory {
  messages: NativeMessage[];
  /** The agent's own name of the session; null: not said. */
  sessionId: string | null;
  /** The agent's version; null: not said. */
  version: string | null;
  /** The model as the agent names it; null: not said. */
  model: string | null;
}
