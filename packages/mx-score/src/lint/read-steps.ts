/** A trajectory as it was found: ATIF v1.7, or what an agent left in its place. */
export type AnyTrajectory = Readonly<Record<string, unknown>>;

/** A tool call; `args` is whatever is there. */
export interface Call {
  name: string;
  args: unknown;
}

/** One step of a trajectory, as far as it could be read. */
export interface Step {
  source: "system" | "user" | "agent" | "other";
  message: string;
  reasoning: string;
  calls: readonly Call[];
  /** What the step's calls gave back. */
  results: readonly string[];
  /** False where the step says that no model was called for it. */
  byModel: boolean;
}

/**
 * The steps of a trajectory that are its own (not copied from an earlier conversation). What is missing or of
 * another type reads as empty; never throws.
 */
export function readSteps(trajectory: AnyTrajectory): Step[] {
  return objects(trajectory["steps"])
    .filter((step) => step["is_copied_context"] !== true)
    .map((step) => ({
      source: sourceOf(step["source"]),
      message: textOf(step["message"]),
      reasoning: textOf(step["reasoning_content"]),
      calls: objects(step["tool_calls"]).map(readCall),
      results: objects(objectOf(step["observation"])?.["results"]).map(({ content }) =>
        textOf(content),
      ),
      byModel: step["llm_call_count"] !== 0,
    }));
}

/** Names of the tools that the agent was given; empty where the trajectory does not say. */
export function readTools(trajectory: AnyTrajectory): ReadonlySet<string> {
  const definitions = objects(objectOf(trajectory["agent"])?.["tool_definitions"]);
  return new Set(
    definitions.map((tool) => textOf((objectOf(tool["function"]) ?? tool)["name"])).filter(Boolean),
  );
}

function readCall(call: Record<string, unknown>): Call {
  const named = objectOf(call["function"]) ?? call;
  return {
    name: textOf(call["function_name"]) || textOf(named["name"]),
    args: named["arguments"],
  };
}

function sourceOf(source: unknown): Step["source"] {
  return source === "system" || source === "user" || source === "agent" ? source : "other";
}

function objectOf(value: unknown): Record<string, unknown> | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return value as Record<string, unknown>;
}

function objects(value: unknown): Record<string, unknown>[] {
  const items: unknown[] = Array.isArray(value) ? value : [];
  return items.map(objectOf).filter((item) => item !== null);
}

/** A text, or the text parts of a message in parts. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return objects(value)
    .map(({ text }) => (typeof text === "string" ? text : ""))
    .join("");
}
