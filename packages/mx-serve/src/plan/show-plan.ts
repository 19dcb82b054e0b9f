import { printable, type RunContext } from "@mx/cli";
import { wrapText } from "@mx/cli/wrap-text";
import type { AnyRecord, Server } from "@mx/records";
import { Infra } from "../config/infra.ts";
import { readRegistry } from "../registry/read-registry.ts";
import type { Registry } from "../registry/registry.ts";
import type { PlanFlags } from "./plan-flags.ts";
import { shellLine } from "./shell-line.ts";

const label = 11;
const narrow = 80;

/** What a terminal shows of plans: all that `up` or `deploy` would do, in words. */
export async function* showPlans(
  records: AsyncIterable<AnyRecord>,
  flags: PlanFlags,
  { env, columns }: Pick<RunContext, "env" | "columns">,
): AsyncGenerator<string> {
  const registry = await readRegistry({ env, userModels: flags.models });
  let first = true;
  for await (const record of records) {
    if (record.type !== "server") continue;
    yield `${first ? "" : "\n"}${planText(record as Server, registry, columns ?? narrow)}`;
    first = false;
  }
}

/** One server as text. */
export function planText(server: Server, registry: Registry, columns = narrow): string {
  const { config, env, secrets, fit, sampling } = server;
  const files = Object.keys((config["files"] as object | undefined) ?? {});
  const packages = (config["packages"] as string[] | undefined) ?? [];
  const lines = [
    ["serves", `${server.model ?? server.engine} by ${server.engine}, on ${server.where}`],
    ["command", shellLine(server.argv, columns - label - 2)],
    ["image", server.image ?? (server.where === "modal" ? "the usual one" : "the machine's own")],
    ["packages", packages.join(" ")],
    ["cards", cards(server, registry)],
    ["resources", resources(config)],
    ["variables", pairs(env)],
    ["secrets", secrets.join(" ")],
    ["files", files.map((path) => `{dir}/${path}`).join(" ")],
    ["template", template(config)],
    ["memory", fit === null ? "" : `${verdict(fit.fits)}: ${fit.explanation}`],
    ["sampling", pairs(sampling)],
    ["digest", server.digest],
  ];
  const shown = lines
    .filter(([, text]) => text !== "")
    .map(([name = "", text = ""]) => {
      const indent = " ".repeat(label + 2);
      const isCommand = name === "command";
      const shown = isCommand ? text : wrapText(text, Math.max(columns, narrow) - indent.length);
      return `  ${name.padEnd(label)}${printable(shown).replaceAll("\n", `\n${indent}`)}`;
    });
  return `${printable(server.name)}\n${shown.join("\n")}\n`;
}

function verdict(fits: boolean | null): string {
  return fits === null ? "not known whether it fits" : fits ? "fits" : "DOES NOT FIT";
}

function pairs(values: Record<string, unknown>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
}

function cards({ gpu, price_usd_per_hour: price }: Server, registry: Registry): string {
  if (gpu === null) return "none";
  const { source, as_of: asOf } = registry.gpus.get(gpu.type) ?? {};
  const from = [source, asOf].filter((part) => part !== undefined).join(", ");
  const cost = price === null ? "price not known" : `$${price} per hour (${from})`;
  return `${gpu.count} × ${gpu.type}, ${cost}`;
}

function resources(config: Record<string, unknown>): string {
  const parsed = Infra.partial().safeParse(config["infra"]);
  if (!parsed.success) return "";
  const {
    cpu,
    memory,
    timeout,
    scaledown_window: idle,
    max_concurrent_inputs: calls,
  } = parsed.data;
  return [
    ...(cpu ? [`${cpu} cores`] : []),
    ...(memory ? [`${memory} MiB`] : []),
    `${timeout} s at most`,
    `let go after ${idle} s without calls`,
    `${calls} calls at once`,
  ].join(", ");
}

function template(config: Record<string, unknown>): string {
  const used = config["chat_template"] as { source: string; name: string } | null | undefined;
  if (!used) return "";
  if (used.source === "model") return `the model's own (${used.name})`;
  return `${used.name}, ${used.source === "forced" ? "in place of" : "for want of"} the model's own`;
}
