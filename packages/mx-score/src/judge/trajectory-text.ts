import { cutMiddle } from "./cut-middle.ts";
import { jsonText } from "./json-text.ts";

type Fields = Record<string, unknown>;

/**
 * A trajectory as text for a judge: each step with who it is from, what was said and thought, the calls with their
 * arguments, and what came back. Takes ATIF of any version and whatever an importer made of other formats: what it
 * does not know stays JSON. Each single text is cut in its middle at `partLimit` characters.
 */
export function trajectoryText(trajectory: Fields, partLimit: number): string {
  const steps = trajectory["steps"];
  if (!Array.isArray(steps)) return cutMiddle(jsonText(trajectory), partLimit);
  const tools = toolNames(fieldsOf(trajectory["agent"])["tool_definitions"]);
  const head = tools === null ? [] : [`tools of the agent: ${tools}`];
  return [
    ...head,
    ...steps.map((step: unknown, index) => stepText(fieldsOf(step), index, partLimit)),
  ].join("\n\n");
}

/** What the agent was asked, by the trajectory's messages before its first turn; null: not to be seen. */
export function firstRequest(trajectory: Fields): string | null {
  const steps = trajectory["steps"];
  if (!Array.isArray(steps)) return null;
  const texts: string[] = [];
  for (const step of steps) {
    const { source, message } = fieldsOf(step);
    if (source === "agent") break;
    if (source === "user") texts.push(textOf(message));
  }
  return texts.length === 0 ? null : texts.join("\n\n");
}

function stepText(step: Fields, index: number, limit: number): string {
  const lines = [`[step ${index + 1}, ${textOf(step["source"]) || "unknown"}]`];
  const add = (label: string, value: unknown) => {
    const text = textOf(value);
    if (text !== "") lines.push(label + cutMiddle(text, limit));
  };
  add("thought: ", step["reasoning_content"]);
  add("", step["message"]);
  for (const call of listOf(step["tool_calls"])) {
    add(`calls ${textOf(call["function_name"])} with `, call["arguments"] ?? "{}");
  }
  for (const result of listOf(fieldsOf(step["observation"])["results"])) {
    lines.push(`got back: ${cutMiddle(textOf(result["content"]), limit)}`);
  }
  add("more: ", step["extra"]);
  return lines.join("\n");
}

function toolNames(definitions: unknown): string | null {
  const names = listOf(definitions).map((tool) => textOf(fieldsOf(tool["function"])["name"]));
  return names.length === 0 ? null : names.join(", ");
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map((item) => fieldsOf(item)) : [];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : jsonText(value);
}
