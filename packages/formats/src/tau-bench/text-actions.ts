import { objectOf, textOf, type JsonObject } from "../json-value.ts";

/** Before what a tool gave back, in the messages that act and react agents get. */
const outputPrefix = "API output: ";
/** The action that is no tool: it says something to the user. */
const respond = "respond";

interface Action {
  name: string;
  arguments: JsonObject;
}

/**
 * The messages of an act or react agent with its tool calls as calls. Those agents write them as text, after
 * `Action:`, as `{"name", "arguments"}`, and get the results as user messages that begin with `API output: `
 * (chat_react_agent.py of tau-bench). What the agent wrote stays the text of its message. Messages of a
 * tool-calling agent come back as they are.
 */
export function withTextActions(messages: readonly unknown[]): readonly unknown[] {
  if (!messages.some((message) => isOutput(message))) return messages;
  let pending: string | null = null;
  return messages.map((item, index) => {
    const message = objectOf(item);
    if (message === null) return item;
    if (message["role"] !== "assistant") {
      const call = pending;
      pending = null;
      if (call === null || !isOutput(message)) return item;
      const content = textOf(message["content"])!.slice(outputPrefix.length);
      return { role: "tool", tool_call_id: call, content };
    }
    const action = actionOf(message["content"]);
    if (action === null || action.name === respond || !isOutput(messages[index + 1])) return item;
    pending = `action-${index}`;
    return { ...message, tool_calls: [{ id: pending, function: action }] };
  });
}

/** What the user gets to read of an act or react agent's message; null where it is no `respond` action. */
export function respondText(content: string): string | null {
  const action = actionOf(content);
  return action?.name === respond ? textOf(action.arguments["content"]) : null;
}

function isOutput(item: unknown): boolean {
  const message = objectOf(item);
  if (message?.["role"] !== "user") return false;
  return textOf(message["content"])?.startsWith(outputPrefix) ?? false;
}

/** The action after the last `Action:`, as tau-bench itself finds it. */
function actionOf(content: unknown): Action | null {
  const text = textOf(content);
  if (text === null) return null;
  const start = text.lastIndexOf("Action:");
  if (start < 0) return null;
  try {
    const action = objectOf(JSON.parse(text.slice(start + "Action:".length)));
    const name = textOf(action?.["name"]);
    const given = objectOf(action?.["arguments"]);
    return name === null || given === null ? null : { name, arguments: given };
  } catch {
    return null;
  }
}
