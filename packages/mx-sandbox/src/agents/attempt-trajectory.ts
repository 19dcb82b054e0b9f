import type { Sandbox } from "@mx/backends";
import type { AttemptContext } from "../attempt-context.ts";
import type { PlannedTrial } from "../plan.ts";
import { adapterEnv } from "./adapter-command.ts";
import { agentTrajectory, mostTrajectoryBytes, type FoundTrajectory } from "./agent-trajectory.ts";
import { trialFields } from "./start-adapter.ts";

/** The trajectory of a trial's agent: as its adapter says, or ATIF that a command of one's own has left in /mx/out. */
export async function attemptTrajectory(
  sandbox: Sandbox,
  planned: PlannedTrial,
  { agents, abort }: Pick<AttemptContext, "agents" | "abort">,
): Promise<FoundTrajectory> {
  const { loaded, agent } = planned.arm;
  const { paths } = sandbox;
  if (loaded === null) {
    const path = `${paths.out}/trajectory.json`;
    const file = await sandbox.readFile(path, mostTrajectoryBytes);
    return file === null || file.truncated ? null : { bytes: file.bytes };
  }
  const fields = trialFields(planned, paths, agents.get(loaded.digest));
  return agentTrajectory(sandbox, loaded, {
    fields,
    env: adapterEnv(loaded.adapter, fields),
    model: planned.model,
    agent,
    sessionId: planned.key,
    signal: abort,
  });
}
