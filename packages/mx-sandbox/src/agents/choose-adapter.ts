import { agentDigest } from "@mx/agent";
import { placeholdersIn, readAdapter, type LoadedAdapter } from "@mx/agent/adapters";
import { canonicalJson, sha256 } from "@mx/records";
import type { ArmEquipment } from "../equipment.ts";
import type { Flags } from "../flags.ts";
import { usageError } from "../usage-error.ts";
import { agentFileDigest } from "./agent-file-digest.ts";

/** The agent where neither --agent nor a command names one. */
export const defaultAgent = "mx-agent";

/** The adapter of --agent; null where the agent comes after `--`. */
export function chooseAdapter({ agent, agentFile }: Flags, rest: string[]): LoadedAdapter | null {
  if (rest.length > 0) {
    if (agent === defaultAgent) return null;
    throw usageError(`--agent ${agent} and a command after \`--\``, "give one of the two");
  }
  const loaded = readAdapter(agent);
  const takesFile = "file" in loaded.adapter.install;
  if (takesFile && agentFile === undefined) {
    throw usageError(`--agent ${agent} needs its program`, "give --agent-file FILE");
  }
  return loaded;
}

/** The agent's part of a trial's identity: mx-agent's file, or the adapter, its version and the file that it starts. */
export function adapterDigest({ adapter, digest }: LoadedAdapter, flags: Flags): string {
  if ("bundled" in adapter.install) return agentDigest();
  if (!("file" in adapter.install)) return digest;
  return sha256(canonicalJson({ adapter: digest, file: agentFileDigest(flags) }));
}

/** An agent that cannot be given skills or MCP servers would be the same in every arm. */
export function checkEquipment({ adapter }: LoadedAdapter, { skills, mcp }: ArmEquipment): void {
  const { name, command } = adapter;
  const takesSkills =
    adapter.skills !== null || command.flat().flatMap(placeholdersIn).includes("skills_dir");
  if (skills.length > 0 && !takesSkills) {
    throw usageError(
      `--skills-dir: ${name} knows no skills`,
      "leave it out, or take another agent",
    );
  }
  if (mcp !== null && adapter.mcp === null) {
    throw usageError(
      `--mcp-config: ${name} knows no MCP servers`,
      "leave it out, or take another agent",
    );
  }
}
