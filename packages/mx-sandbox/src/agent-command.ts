import type { Sandbox } from "@mx/backends";
import type { Task } from "@mx/records";
import { basename } from "node:path";
import type { PlacedEquipment } from "./equipment.ts";
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
function promptText(planned: PlannedTrial): string {
  const { prompt } = planned.task;
  const messages = conversation(planned) ?? [];
  return prompt === undefined
    ? messages.map(({ content }) => content).join("\n\n")
    : withPrefix(prompt, planned);
}

/** The conversation to go on from; undefined: there is a prompt. --prompt-prefix stands before what the user says first. */
function conversation(planned: PlannedTrial): Task["messages"] {
  const { messages } = planned.task;
  const first = messages?.findIndex(({ role }) => role === "user") ?? -1;
  return messages?.map((message, n) =>
    n === first ? { ...message, content: withPrefix(message.content, planned) } : message,
  );
}

function withPrefix(text: string, { arm }: PlannedTrial): string {
  const { promptPrefix } = arm.flags;
  return promptPrefix === undefined ? text : `${promptPrefix}\n\n${text}`;
}

/** How to start an agent, and the file it needs for that. */
export interface AgentCommand {
  argv: string[];
  stdin?: Buffer;
  /** Put it into the sandbox before. */
  file?: { path: string; bytes: Buffer; mode: number };
}

const placeholder = /\{(prompt|prompt_file|id|model|max_turns|agent|skills_dir|mcp_config)\}/g;

/** The placeholders that stand in a command. */
export function placeholders(rest: readonly string[]): Set<string> {
  return new Set(
    rest.flatMap((part) => [...part.matchAll(placeholder)].map(([, name]) => name as string)),
  );
}

/** The agent's command line for a trial. */
export function agentCommand(
  planned: PlannedTrial,
  paths: Sandbox["paths"],
  equipment: PlacedEquipment,
): AgentCommand {
  return planned.arm.rest.length === 0
    ? bundledAgent(planned, paths, equipment)
    : ownAgent(planned, paths, equipment);
}

function ownAgent(
  planned: PlannedTrial,
  paths: Sandbox["paths"],
  { skillsDirs: [skillsDir], mcpConfig }: PlacedEquipment,
): AgentCommand {
  const { flags, rest } = planned.arm;
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
  if (skillsDir !== undefined) fields["skills_dir"] = skillsDir;
  if (mcpConfig !== null) fields["mcp_config"] = mcpConfig;
  const used = placeholders(rest);
  // What an arm does not have, its agent is not told of.
  const isKnown = (part: string) => [...placeholders([part])].every((name) => name in fields);
  const argv = rest
    .filter(isKnown)
    .map((part) => part.replaceAll(placeholder, (_, name: string) => fields[name] as string));
  if (used.has("prompt_file")) return { argv, file };
  return used.has("prompt") ? { argv } : { argv, stdin: Buffer.from(prompt) };
}

function bundledAgent(
  planned: PlannedTrial,
  paths: Sandbox["paths"],
  equipment: PlacedEquipment,
): AgentCommand {
  const { flags, sampling } = planned.arm;
  const messages = conversation(planned);
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
    "--mcp-config": equipment.mcpConfig,
  };
  const given = Object.entries(flag).flatMap(([name, value]) =>
    value === null ? [] : [name, String(value)],
  );
  const skills = equipment.skillsDirs.flatMap((folder) => ["--skills-dir", folder]);
  const argv = [paths.node, `${paths.bin}/${agentTool}`, ...given, ...skills];
  return { argv, file };
}

/** Beside the workspace, so that an agent that looks around in it finds the task's files and nothing of ours. */
function promptFile(paths: Sandbox["paths"], name: string, text: string) {
  return { path: `${paths.home}/.mx/${name}`, bytes: Buffer.from(text), mode: 0o644 };
}
