import type { ServerPlan } from "../server-plan.ts";
import { pythonLiteral, type PythonValue } from "./python-literal.ts";

/** Modal takes no other time between the last call and the end of a container, in s. */
const scaledown = { least: 2, most: 3600 };
/** Modal's own longest time for one call, in s. */
const longestTimeout = 86_400;
/** What Modal is given for the start besides what the server may take: the image, the runner, in s. */
const containerSeconds = 120;

/** Name of the secret of Modal that holds the key which a server asks of its callers. */
export function keySecret(name: string): string {
  return `${name}-key`;
}

/** What Modal is told about the containers of a server, as arguments of `app.cls`, one a line. */
export function classArguments(
  plan: ServerPlan,
  { startupSeconds, fill }: { startupSeconds: number; fill: (text: string) => string },
): string {
  const { record, infra } = plan;
  const gpu = record.gpu === null ? null : `${record.gpu.type}:${record.gpu.count}`;
  const longest = Math.min(longestTimeout, infra.timeout_s);
  const values: [name: string, value: PythonValue | undefined][] = [
    ["gpu", gpu ?? undefined],
    ["cpu", infra.cpu],
    ["memory", infra.memory_mib],
    ["timeout", longest],
    ["startup_timeout", Math.min(longestTimeout, startupSeconds + containerSeconds)],
    ["scaledown_window", clamp(infra.scaledown_window_s)],
    // What keeps state is not to be started for a call and ended after it.
    ["min_containers", plan.single === true ? 1 : infra.min_containers],
    ["max_containers", plan.single === true ? 1 : infra.max_containers],
  ];
  const lines = values.flatMap(([name, value]) =>
    value === undefined ? [] : [`    ${name}=${pythonLiteral(value)},\n`],
  );
  return `    image=image,\n${lines.join("")}${secretsArgument(plan)}${volumesArgument(infra.volumes, fill)}`;
}

function clamp(seconds: number): number {
  return Math.max(scaledown.least, Math.min(scaledown.most, seconds));
}

/** Which of several secrets has which variable is not known here: with one there is no doubt. */
function secretsArgument({ record, infra, apiKeyEnv }: ServerPlan): string {
  const given = infra.modal_secrets.map((name) => ({
    name,
    keys: infra.modal_secrets.length === 1 ? record.secrets : [],
  }));
  const key = apiKeyEnv ? [{ name: keySecret(record.name), keys: [apiKeyEnv] }] : [];
  const lines = [...given, ...key].map(({ name, keys }) => {
    const required = keys.length === 0 ? "" : `, required_keys=${pythonLiteral(keys, 8)}`;
    return `        modal.Secret.from_name(${pythonLiteral(name)}${required}),\n`;
  });
  if (lines.length === 0) return "";
  return `    secrets=[\n${lines.join("")}    ],\n`;
}

function volumesArgument(volumes: Record<string, string>, fill: (text: string) => string): string {
  const entries = Object.entries(volumes)
    .map(([path, name]) => [fill(path), name] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return "";
  const lines = entries.map(([path, name]) => {
    const volume = `modal.Volume.from_name(${pythonLiteral(name)}, create_if_missing=True)`;
    return `        ${pythonLiteral(path)}: ${volume},\n`;
  });
  return `    volumes={\n${lines.join("")}    },\n`;
}
