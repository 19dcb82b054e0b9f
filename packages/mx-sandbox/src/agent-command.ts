import type { ExecSpec, Sandbox, SandboxFile } from "@mx/backends";
import { basename } from "node:path";
import { placeEquipment } from "./equipment.ts";
import type { Flags } from "./flags.ts";
import type { PlannedTrial } from "./plan.ts";
import { promptFile, promptText } from "./prompt-text.ts";

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

/** How to start an agent, and the file it needs for that. */
export interface AgentCommand {
  argv: string[];
  stdin?: Buffer;
  /** Put them into the sandbox before. */
  files: SandboxFile[];
  /** Variables besides those that every agent has. */
  env: Record<string, string>;
  mounts: NonNullable<ExecSpec["mounts"]>;
}

const placeholder = /\{(prompt|prompt_file|id|model|max_turns|agent|skills_dir|mcp_config)\}/g;

/** The placeholders that stand in a command. */
export function placeholders(rest: readonly string[]): Set<string> {
  return new Set(
    rest.flatMap((part) => [...part.matchAll(placeholder)].map(([, name]) => name as string)),
  );
}

/** The command after `--` for a trial, its placeholders filled in. */
export function ownCommand(planned: PlannedTrial, paths: Sandbox["paths"]): AgentCommand {
  const { flags, rest, equipment } = planned.arm;
  const { skillsDirs, mcpConfig, mounts } = placeEquipment(equipment, paths);
  const [skillsDir] = skillsDirs;
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
  if (used.has("prompt_file")) return { argv, files: [file], env: {}, mounts };
  const stdin = used.has("prompt") ? {} : { stdin: Buffer.from(prompt) };
  return { argv, ...stdin, files: [], env: {}, mounts };
}
