import { canonicalJson } from "@mx/records";
import { listOf, objectOf, textOf, type JsonObject } from "../json-value.ts";

/** One of a job's agents: models/trial/config.py, `AgentConfig`. */
export interface AgentArm {
  config: JsonObject;
  name: string | null;
  model: string | null;
  /** Undefined where the model alone tells the job's agents apart. */
  variant: string | undefined;
}

/**
 * The agents of a job. Where two of them have one model, each is an arm of its own, named after the agent, and
 * numbered where that does not tell them apart either.
 */
export function agentArms(agents: unknown): AgentArm[] {
  const arms = listOf(agents).flatMap((item): AgentArm[] => {
    const config = objectOf(item);
    return config === null ? [] : [armOf(config)];
  });
  if (isDistinct(arms.map(({ model }) => model))) return arms;
  const byName = isDistinct(arms.map(({ name, model }) => `${name} ${model}`));
  return arms.map((arm, index) => {
    const name = arm.name ?? "agent";
    return { ...arm, variant: byName ? name : `${name}-${index + 1}` };
  });
}

/** An agent as an arm of its own. */
export function armOf(config: JsonObject): AgentArm {
  return {
    config,
    name: textOf(config["name"]) ?? textOf(config["import_path"]),
    model: textOf(config["model_name"]),
    variant: undefined,
  };
}

/** The arm that an agent's config belongs to; null where the job has no such agent. */
export function findArm(arms: readonly AgentArm[], config: JsonObject): AgentArm | null {
  const { name, model } = armOf(config);
  const alike = arms.filter((arm) => arm.name === name && arm.model === model);
  if (alike.length < 2) return alike[0] ?? null;
  const settings = canonicalJson(agentSettings(config));
  const same = alike.find((arm) => canonicalJson(agentSettings(arm.config)) === settings);
  return same ?? alike[0]!;
}

/** What of an agent's config changes what it does. `env` does too, and is left out: it may hold secrets. */
export function agentSettings(config: JsonObject): JsonObject {
  const names = [
    "name",
    "import_path",
    "kwargs",
    "skills",
    "mcp_servers",
    "override_timeout_sec",
    "max_timeout_sec",
  ];
  return Object.fromEntries(
    names
      .filter((name) => config[name] != null && !isEmpty(config[name]))
      .map((name) => [name, config[name]]),
  );
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function isDistinct(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}
