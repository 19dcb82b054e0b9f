import type { ExecResult, Sandbox } from "@mx/backends";
import { ownCommand } from "./agent-command.ts";
import { agentEnv } from "./agent-env.ts";
import { startAdapter } from "./agents/start-adapter.ts";
import type { AttemptContext } from "./attempt-context.ts";
import { withHostServers } from "./host-servers.ts";
import type { OutputCapture } from "./output-capture.ts";
import type { PlannedTrial } from "./plan.ts";

/** Puts in what the agent of a trial needs, and runs it. */
export async function runAgent(
  sandbox: Sandbox,
  planned: PlannedTrial,
  trialKey: string | null,
  limit: number,
  said: { stdout: OutputCapture; stderr: OutputCapture },
  { proxy, abort, agents }: AttemptContext,
): Promise<ExecResult> {
  const { loaded } = planned.arm;
  const env = agentEnv(planned, sandbox, trialKey);
  const told = withHostServers(planned, env);
  const started =
    loaded === null
      ? ownCommand(told, sandbox.paths)
      : startAdapter(loaded, told, sandbox, { env, installed: agents.get(loaded.digest) });
  const { files, ...command } = started;
  if (files.length > 0) await sandbox.putFiles(files);
  try {
    return await sandbox.exec({
      ...command,
      env: { ...env, ...command.env },
      relay: proxy !== null,
      timeoutMs: limit,
      signal: abort,
      onStdout: (chunk) => said.stdout.add(chunk),
      onStderr: (chunk) => said.stderr.add(chunk),
    });
  } finally {
    said.stdout.end();
    said.stderr.end();
  }
}
