import type { Sandbox } from "@mx/backends";
import type { Run } from "@mx/records";
import { basename } from "node:path";
import type { Flags } from "./flags.ts";
import type { PlannedTrial } from "./plan.ts";

/** Name of mx-agent's file among the tools of a sandbox. */
export const agentTool = "mx-agent.mjs";

/** Turn limit of a trial: the task's own, else the run's. */
export function maxTurns(planned: Pick<PlannedTrial, "task">, flags: Flags): number {
  return planned.task.max_turns ?? flags.maxTurns;
}

/** Wall-clock limit of a trial's agent in ms: the task's own, else the run's. */
export function timeoutMs(planned: Pick<PlannedTrial, "task">, flags: Flags): number {
  return planned.task.timeout_ms ?? Math.round(flags.timeout * 1000);
}

/** The prompt as one text: for agents that take no conversation. */
export function promptText({ task }: Pick<PlannedTrial, "task">): string {
  return task.prompt ?? (task.messages ?? []).map(({ content }) => content).join("\n\n");
}

/** How to start an agent, and the file it needs for that. */
export interface AgentCommand {
  argv: string[];
  stdin?: Buffer;
  /** Put it into the sandbox before. */
  file?: { path: string; bytes: Buffer; mode: number };
}

/** The agent's command line for a trial. */
export function agentCommand(
  planned: PlannedTrial,
  paths: Sandbox["paths"],
  flags: Flags,
  sampling: Run["sampling"],
  rest: string[],
): AgentCommand {
  return rest.length === 0
    ? bundledAgent(planned, paths, flags, sampling)
    : ownAgent(planned, paths, flags, rest);
}

function ownAgent(
  planned: PlannedTrial,
  paths: Sandbox["paths"],
  flags: Flags,
  rest: string[],
): AgentCommand {
  const prompt = promptText(planned);
  const file = promptFile(paths, "prompt.txt", prompt);
  const fields: Record<string, string> = {
    prompt,
    prompt_file: file.path,
    id: planned.task.id,
    model: planned.model ?? "",
    max_turns: String(maxTurns(planned, flags)),
    agent: flags.agentFile === undefined ? "" : `${paths.bin}/${basename(flags.agentFile)}`,
  };
  const used = new Set<string>();
  const argv = rest.map((part) =>
    part.replaceAll(/\{(prompt|prompt_file|id|model|max_turns|agent)\}/g, (_, name: string) => {
      used.add(name);
      return fields[name] as string;
    }),
  );
  if (used.has("prompt_file")) return { argv, file };
  return used.has("prompt") ? { argv } : { argv, stdin: Buffer.from(prompt) };
}

function bundledAgent(
  planned: PlannedTrial,
  paths: Sandbox["paths"],
  flags: Flags,
  sampling: Run["sampling"],
): AgentCommand {
  const { messages } = planned.task;
  const file =
    messages === undefined
      ? promptFile(paths, "prompt.txt", promptText(planned))
      : promptFile(paths, "messages.json", JSON.stringify(messages));
  const flag: Record<string, string | number | null> = {
    [messages === undefined ? "--prompt-file" : "--messages-file"]: file.path,
    "--max-turns": maxTurns(planned, flags),
    "--request-timeout": flags.requestTimeout,
    "--retries": flags.callRetries,
    "--trajectory": `${paths.out}/trajectory.json`,
    "--report": `${paths.out}/report.json`,
    "--temperature": sampling.temperature,
    "--top-p": sampling.top_p,
    "--max-tokens": sampling.max_tokens,
    "--seed": sampling.seed === null ? null : sampling.seed + planned.trial,
  };
  const given = Object.entries(flag).flatMap(([name, value]) =>
    value === null ? [] : [name, String(value)],
  );
  const argv = [paths.node, `${paths.bin}/${agentTool}`, ...given];
  return { argv, file };
}

/** Beside the workspace, so that an agent that looks around in it finds the task's files and nothing of ours. */
function promptFile(paths: Sandbox["paths"], name: string, text: string) {
  return { path: `${paths.home}/.mx/${name}`, bytes: Buffer.from(text), mode: 0o644 };
}
