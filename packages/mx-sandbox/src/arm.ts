import type { LoadedAdapter } from "@mx/agent/adapters";
import type { AgentIdentity, Run, RunArm, Task } from "@mx/records";
import { basename } from "node:path";
import { maxTurns, placeholders, timeoutMs } from "./agent-command.ts";
import { agentFileDigest } from "./agents/agent-file-digest.ts";
import { adapterDigest, checkEquipment, chooseAdapter } from "./agents/choose-adapter.ts";
import type { ArmEquipment, EquipmentReader } from "./equipment.ts";
import type { Flags } from "./flags.ts";
import { usageError } from "./usage-error.ts";

/** What is compared with what: one way to have the tasks of a run done. */
export interface Arm {
  variant: string;
  /** The run's flags, with those of the arm in their place. */
  flags: Flags;
  /** The agent after `--`; empty: that of `loaded`. */
  rest: string[];
  /** How the agent is installed, started and read; null: it is the command after `--`. */
  loaded: LoadedAdapter | null;
  models: (string | null)[];
  sampling: Run["sampling"];
  agent: Run["agent"];
  equipment: ArmEquipment;
  /** FLAGS of --variant; undefined: it is none of those. */
  given?: string;
  /** The agent as the key of a trial of this task sees it: limits are the task's own where it has any. */
  agentFor(task: Task): AgentIdentity;
}

/** Throws MxError 2 for flags that do not go together. */
export function makeArm(
  variant: string,
  flags: Flags,
  rest: string[],
  equipped: EquipmentReader,
  given?: string,
): Arm {
  const models = [...new Set(flags.model)];
  const loaded = chooseAdapter(flags, rest);
  if (models.length === 0 && loaded !== null) {
    throw usageError(
      `--model is missing: ${loaded.adapter.name} needs one`,
      "give --model NAME, or an agent of your own after `--`",
    );
  }
  const equipment = equipped.read(flags);
  if (loaded === null) checkPlaceholders(rest, equipment);
  else checkEquipment(loaded, equipment);
  const agent: Run["agent"] =
    loaded === null
      ? { name: basename(rest[0] as string), digest: agentFileDigest(flags), argv: rest }
      : { name: loaded.adapter.name, digest: adapterDigest(loaded, flags) };
  return {
    variant,
    flags,
    rest,
    loaded,
    models: models.length === 0 ? [null] : models,
    sampling: {
      temperature: flags.temperature ?? null,
      top_p: flags.topP ?? null,
      max_tokens: flags.maxTokens ?? null,
      seed: flags.seed ?? null,
    },
    agent,
    equipment,
    ...(given === undefined ? {} : { given }),
    agentFor: (task) => ({
      ...agent,
      settings: {
        // One that is told no limit is the same under any.
        max_turns: loaded?.adapter.turn_limit === false ? null : maxTurns({ task }, flags),
        timeout_ms: timeoutMs({ task }, flags),
        ...(flags.promptPrefix !== undefined && { prompt_prefix: flags.promptPrefix }),
        ...equipment.digests,
      },
    }),
  };
}

/** The arm as the run's record has it. */
export function armRecord({ variant, models, agent, sampling, equipment, given }: Arm): RunArm {
  return {
    variant,
    models,
    agent,
    sampling,
    ...(equipment.digests === undefined ? {} : { equipment: equipment.digests }),
    ...(given === undefined ? {} : { flags: given }),
  };
}

/** An agent of one's own that is never told of its equipment would be the same in every arm. */
function checkPlaceholders(rest: string[], { skills, mcp }: ArmEquipment): void {
  if (rest.length === 0) return;
  const used = placeholders(rest);
  const hint = "write it into the command after `--`, such as --skills={skills_dir}";
  if (skills.length > 0 && !used.has("skills_dir")) {
    throw usageError("--skills-dir: the agent's command has no {skills_dir}", hint);
  }
  if (skills.length > 1) {
    throw usageError("--skills-dir: {skills_dir} can be one folder only", "join the folders");
  }
  if (mcp !== null && !used.has("mcp_config")) {
    throw usageError("--mcp-config: the agent's command has no {mcp_config}", hint);
  }
}
