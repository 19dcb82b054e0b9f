import { agentDigest, readElf } from "@mx/agent";
import type { AgentIdentity, Run, RunArm, Task } from "@mx/records";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { maxTurns, placeholders, timeoutMs } from "./agent-command.ts";
import type { ArmEquipment, EquipmentReader } from "./equipment.ts";
import type { Flags } from "./flags.ts";
import { usageError } from "./usage-error.ts";

/** What is compared with what: one way to have the tasks of a run done. */
export interface Arm {
  variant: string;
  /** The run's flags, with those of the arm in their place. */
  flags: Flags;
  /** The agent after `--`; empty: mx-agent. */
  rest: string[];
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
  if (models.length === 0 && rest.length === 0) {
    throw usageError(
      "--model is missing: mx-agent needs one",
      "give --model NAME, or an agent of your own after `--`",
    );
  }
  const equipment = equipped.read(flags);
  checkPlaceholders(rest, equipment);
  const agent: Run["agent"] =
    rest.length === 0
      ? { name: "mx-agent", digest: agentDigest() }
      : { name: basename(rest[0] as string), digest: fileDigest(flags), argv: rest };
  return {
    variant,
    flags,
    rest,
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
        max_turns: maxTurns({ task }, flags),
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

/** SHA-256, hex, of the agent's file: another file is another agent. Null: it came with the sandbox. */
function fileDigest({ agentFile: path, backend }: Flags): string | null {
  if (path === undefined) return null;
  try {
    const elf = readElf(path);
    // Modal's machines are of one kind; a sandbox on this host is like the host.
    const arch = backend === "modal" || process.arch === "x64" ? "amd64" : process.arch;
    if (elf !== null && elf.arch !== arch) {
      throw new Error(`a program for ${elf.arch ?? "another machine"}; sandboxes are ${arch}`);
    }
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch (error) {
    throw usageError(
      `--agent-file ${path}: ${(error as Error).message}`,
      "see scripts/build-agent",
    );
  }
}
