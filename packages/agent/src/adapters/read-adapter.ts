import { ExitCode, MxError, nearestName } from "@mx/cli";
import { canonicalJson, sha256 } from "@mx/records";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { Adapter } from "./adapter.ts";
import { adapterFieldNames } from "./adapter-fields.ts";
import { placeholdersIn } from "./fill-template.ts";

const mostBytes = 256 * 1024;

/** An adapter and what it is made of. */
export interface LoadedAdapter {
  adapter: Adapter;
  /** SHA-256, hex, of what the file says, comments and order of members apart. */
  digest: string;
  /** Where it comes from. */
  path: string;
}

/** The names of the adapters that come with mx. */
export function adapterNames(): string[] {
  return readdirSync(shipped())
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .toSorted();
}

/** An adapter by its name, or a file of one's own by a path that ends in .yaml or has a slash. Throws MxError 2. */
export function readAdapter(given: string): LoadedAdapter {
  const isPath = given.includes("/") || /\.ya?ml$/.test(given);
  const path = isPath ? given : join(shipped(), `${given}.yaml`);
  if (!isPath && !adapterNames().includes(given)) {
    const near = nearestName(given, adapterNames());
    const hint = near === null ? adapterNames().join(", ") : `did you mean ${near}?`;
    throw badAdapter(
      `--agent ${given}: there is no such adapter`,
      `${hint}; or give a file, such as ./${given}.yaml`,
    );
  }
  try {
    if (statSync(path).size > mostBytes) throw new Error(`it is over ${mostBytes} bytes`);
    const adapter = parseAdapter(readFileSync(path, "utf8"));
    return { adapter, digest: sha256(canonicalJson(adapter)), path };
  } catch (error) {
    throw badAdapter(
      `--agent ${given}: ${(error as Error).message}`,
      "see docs/agents.md for what an adapter says",
    );
  }
}

/** Reads an adapter from its text. Throws an error that says which part is wrong. */
export function parseAdapter(text: string): Adapter {
  const parsed = Adapter.safeParse(parse(text, { maxAliasCount: 0 }));
  if (!parsed.success) {
    throw new Error(
      z
        .prettifyError(parsed.error)
        .replaceAll(/\s*\n\s*/g, " ")
        .replaceAll("✖ ", ""),
    );
  }
  const adapter = parsed.data;
  const { command, env, trajectory, skills } = adapter;
  const texts = [command, env, trajectory, skills].flatMap((part) => textsIn(part));
  for (const name of texts.flatMap(placeholdersIn)) {
    if (!adapterFieldNames.has(name)) {
      throw new Error(`{${name}} is not known; there are ${[...adapterFieldNames].join(", ")}`);
    }
  }
  return adapter;
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Found by the name of the package, so that this works from a bundle too. */
function shipped(): string {
  const from = createRequire(import.meta.url);
  const folder = join(dirname(from.resolve("@mx/agent/package.json")), "adapters");
  if (existsSync(folder)) return folder;
  throw badAdapter(`${folder} is missing`, "install mx anew: its adapters belong to it");
}

function badAdapter(message: string, hint: string): MxError {
  return new MxError(message, { code: "bad_adapter", exitCode: ExitCode.usage, hint });
}
