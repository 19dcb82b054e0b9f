import { defaultAgent } from "./agents/choose-adapter.ts";
import { makeArm, type Arm } from "./arm.ts";
import { EquipmentReader } from "./equipment.ts";
import type { Flags } from "./flags.ts";
import { usageError } from "./usage-error.ts";
import { readVariant } from "./variant-flags.ts";

/** Throws MxError 2 where an arm cannot be what it is asked to be, or two have the same name. */
export function chooseArms(flags: Flags, rest: string[], env: NodeJS.ProcessEnv): Arm[] {
  const equipped = new EquipmentReader(env);
  if (flags.variant.length === 0 && !flags.ab) {
    return [makeArm(equipmentName(flags), flags, rest, equipped)];
  }
  const arms = flags.ab
    ? abFlags(flags).map((arm) => makeArm(equipmentName(arm), arm, rest, equipped))
    : [];
  for (const text of flags.variant) {
    const variant = readVariant(text);
    // The agent of an arm takes the place of the run's, whichever way either is given.
    const ownAgent = variant.flags.agent !== undefined;
    const agent = variant.rest !== null && !ownAgent ? { agent: defaultAgent } : {};
    const given = { ...flags, ...agent, ...variant.flags };
    const argv = variant.rest ?? (ownAgent ? [] : rest);
    arms.push(makeArm(variant.name, given, argv, equipped, variant.given));
  }
  const twice = arms.find(({ variant }, n) => arms.findIndex((one) => one.variant === variant) < n);
  if (twice === undefined) return arms;
  throw usageError(`two arms are named ${twice.variant}`, "give each --variant a name of its own");
}

/** The arms of --ab: without, with skills, and with the MCP servers too. */
function abFlags(flags: Flags): Flags[] {
  const hasSkills = flags.skillsDir.length > 0;
  if (!hasSkills && flags.mcpConfig === undefined) {
    throw usageError("--ab needs --skills-dir or --mcp-config", "say what the other arms have");
  }
  const baseline = { ...flags, skillsDir: [], mcpConfig: undefined, mcpHost: [] };
  return [
    baseline,
    ...(hasSkills ? [{ ...flags, mcpConfig: undefined, mcpHost: [] }] : []),
    ...(flags.mcpConfig === undefined ? [] : [flags]),
  ];
}

function equipmentName({ skillsDir, mcpConfig }: Flags): string {
  const parts = [
    ...(skillsDir.length > 0 ? ["skills"] : []),
    ...(mcpConfig === undefined ? [] : ["mcp"]),
  ];
  return parts.length === 0 ? "baseline" : parts.join("+");
}
