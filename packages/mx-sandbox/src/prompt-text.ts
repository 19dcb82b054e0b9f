import type { SandboxFile, SandboxPaths } from "@mx/backends";
import type { Task } from "@mx/records";
import type { PlannedTrial } from "./plan.ts";

/** The prompt as one text: for agents that take no conversation. */
export function promptText(planned: PlannedTrial): string {
  const { prompt } = planned.task;
  const messages = conversation(planned) ?? [];
  return prompt === undefined
    ? messages.map(({ content }) => content).join("\n\n")
    : withPrefix(prompt, planned);
}

/** The conversation to go on from; undefined: there is a prompt. --prompt-prefix stands before what the user says first. */
export function conversation(planned: PlannedTrial): Task["messages"] {
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

/** Beside the workspace, so that an agent that looks around in it finds the task's files and nothing of ours. */
export function promptFile(
  paths: Pick<SandboxPaths, "home">,
  name: string,
  text: string,
): SandboxFile {
  return { path: `${paths.home}/.mx/${name}`, bytes: Buffer.from(text), mode: 0o644 };
}
