import type { AnyTrajectory } from "../read-steps.ts";

/** A message of a conversation in OpenAI's form, as far as the tests have such. */
export interface ChatMessage {
  role: "system" | "user" | "assistant" | "tool";
  content: string | null;
  tool_calls?: { id: string; function: { name: string; arguments: string } }[];
}

interface Step {
  source: string;
  step_id: number;
  message: string;
  tool_calls?: unknown[];
  observation?: { results: { content: string }[] };
}

/** A conversation as a trajectory, with the tools that the agent was given. */
export function trajectoryOf(
  messages: readonly ChatMessage[],
  tools: readonly string[] = [],
): AnyTrajectory {
  const steps: Step[] = [];
  for (const { role, content, tool_calls } of messages) {
    if (role === "tool") {
      const last = steps.at(-1);
      if (last !== undefined)
        (last.observation ??= { results: [] }).results.push({ content: content ?? "" });
      continue;
    }
    steps.push({
      source: role === "assistant" ? "agent" : role,
      step_id: steps.length + 1,
      message: content ?? "",
      ...(tool_calls !== undefined && { tool_calls: tool_calls.map(toCall) }),
    });
  }
  const definitions = tools.map((name) => ({ type: "function", function: { name } }));
  return {
    schema_version: "ATIF-v1.7",
    session_id: "s",
    agent: { name: "a", version: "1", ...(tools.length > 0 && { tool_definitions: definitions }) },
    steps,
  };
}

function toCall(call: NonNullable<ChatMessage["tool_calls"]>[number]) {
  return {
    tool_call_id: call.id,
    function_name: call.function.name,
    arguments: JSON.parse(call.function.arguments) as unknown,
  };
}
