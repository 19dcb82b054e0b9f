import type { Trial } from "@mx/records";
import type { Hit } from "./hit.ts";
import { loopReport } from "./loop-report.ts";
import { quoted } from "./quoted.ts";
import { readSteps, readTools, type AnyTrajectory, type Step } from "./read-steps.ts";
import { repeatedAction } from "./repeated-actions.ts";
import { showsThinking, showsUserThought, withoutThinking } from "./thinking.ts";

/**
 * `called`: a tool at least once; `offered`: never, though the agent had tools; `unknown`: never, and nothing says
 * whether it had.
 */
export type ToolUse = "called" | "offered" | "unknown";

/** What a trajectory says against the score of its trial. */
export interface TrajectoryLint {
  hits: Hit[];
  tools: ToolUse;
  /** The agent's steps that a model made. */
  replies: number;
}

/** What ends a conversation of tau-bench and tau2 where it occurs in a message. */
const stopTokens = ["###STOP###", "###TRANSFER###", "###OUT-OF-SCOPE###"];

/** How tools of tau-bench, tau2 and mx-agent answer a call of a tool that they do not have. */
const unknownToolResult =
  /^(?:Error:?\s*)?(?:unknown (?:action|tool|function)\b|there is no tool\b|(?:tool|function) .{1,80} (?:is )?not (?:found|defined)\b)/i;

/** Looks at a trajectory, whatever it is made of; never throws. */
export function lintTrajectory(trial: Trial, trajectory: AnyTrajectory): TrajectoryLint {
  const steps = readSteps(trajectory);
  const defined = readTools(trajectory);
  const agent = steps.filter(({ source }) => source === "agent");
  // Before the agent has said anything, it is the task that speaks.
  const users = steps.slice(steps.findIndex(({ source }) => source === "agent") + 1);
  const said = agent.length === 0 ? [] : users.filter(({ source }) => source === "user");
  const called = agent.some(({ calls }) => calls.length > 0);
  const hits: Hit[] = [];
  const add = (code: Hit["code"], detail: string | null) => {
    if (detail !== null) hits.push(detail === "" ? { code } : { code, detail });
  };
  if (!called && defined.size > 0) hits.push({ code: "no_tool_calls" });
  add("leaked_thinking", leak(agent, said));
  if (stoppedInThinking(steps)) hits.push({ code: "stop_token_in_thinking" });
  const action = repeatedAction(steps);
  add("repeated_actions", action === null ? null : nameOf(action));
  add("unknown_tool", unknownTool(agent, defined));
  add("loop_in_message", loop(trial, agent, said));
  if (agent.some(isEmpty)) hits.push({ code: "empty_reply" });
  return {
    hits,
    tools: called ? "called" : defined.size > 0 ? "offered" : "unknown",
    replies: agent.filter(({ byModel }) => byModel).length,
  };
}

/** Whose thinking the other side gets to read. */
function leak(agent: readonly Step[], said: readonly Step[]): string | null {
  if (said.some(({ message }) => showsThinking(message) || showsUserThought(message)))
    return "user";
  return agent.some(({ message }) => showsThinking(message)) ? "agent" : null;
}

/** The last message has a stop token, and has none once its thinking is taken away. */
function stoppedInThinking(steps: readonly Step[]): boolean {
  const last = steps.findLast(({ source }) => source === "user" || source === "agent");
  if (last === undefined) return false;
  const stops = (text: string) => stopTokens.some((token) => text.includes(token));
  return stops(last.message) && !stops(withoutThinking(last.message));
}

/** The first call of a tool that is not there: by the definitions, else by what came back. */
function unknownTool(agent: readonly Step[], defined: ReadonlySet<string>): string | null {
  for (const { calls, results } of agent) {
    if (defined.size === 0) {
      const at = results.findIndex((result) => unknownToolResult.test(result));
      if (at >= 0) return nameOf(calls[at]?.name ?? "");
      continue;
    }
    const unknown = calls.find(({ name }) => !defined.has(name));
    if (unknown !== undefined) return nameOf(unknown.name);
  }
  return null;
}

/** The pattern of the first message or reasoning that is mostly a loop. The output has a check of its own. */
function loop(trial: Trial, agent: readonly Step[], said: readonly Step[]): string | null {
  for (const { message, reasoning } of [...agent, ...said]) {
    for (const text of message === trial.output ? [reasoning] : [message, reasoning]) {
      const { significant, worst } = loopReport(text);
      if (significant && worst !== null) return quoted(worst.pattern);
    }
  }
  return null;
}

function isEmpty({ message, calls, byModel }: Step): boolean {
  return byModel && calls.length === 0 && message.trim() === "";
}

/** A tool's name, in quotes where it is not a plain one. */
function nameOf(tool: string): string {
  return /^[\w.:/-]{1,64}$/.test(tool) ? tool : quoted(tool);
}
