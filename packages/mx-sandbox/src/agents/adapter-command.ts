import {
  adapterFieldNames,
  fillCommand,
  fillJson,
  fillTemplate,
  placeholdersIn,
  type Fields,
  type LoadedAdapter,
} from "@mx/agent/adapters";
import type { SandboxFile } from "@mx/backends";
import { MxError, ExitCode } from "@mx/cli";

/** What an adapter's placeholders stand for in one trial. */
export interface AdapterValues {
  fields: Fields;
  /** Folders of skills, for groups of the command line in which {skills_dir} stands. */
  skillsDirs: string[];
  /** The MCP servers in the agent's own form; null: none. */
  mcp: unknown;
}

/** How an agent is started in one trial. */
export interface AdapterCommand {
  argv: string[];
  env: Record<string, string>;
  files: SandboxFile[];
}

/** An adapter's command line, variables and files for a trial; what is not known is left out of them. */
export function adapterCommand(
  { adapter }: LoadedAdapter,
  { fields, skillsDirs, mcp }: AdapterValues,
): AdapterCommand {
  const names = adapterFieldNames;
  const fill = (text: string, more: Fields = {}) =>
    fillTemplate(text, { ...fields, ...more }, names);
  const argv = adapter.command.flatMap((part) => {
    const repeats = [part].flat().flatMap(placeholdersIn).includes("skills_dir");
    const each: Fields[] = repeats ? skillsDirs.map((skills_dir) => ({ skills_dir })) : [{}];
    return each.flatMap((more) => fillCommand([part], { ...fields, ...more }, names));
  });
  const values = mcp === null ? {} : { mcp };
  const files = adapter.files.map(({ path, text, json }): SandboxFile => {
    const servers =
      typeof mcp === "string" ? mcp : adapter.mcp === "codex" ? "" : JSON.stringify(mcp ?? {});
    const content =
      text === undefined
        ? `${JSON.stringify(fillJson(json, fields, names, values), null, 2)}\n`
        : fill(text, { mcp: servers });
    const at = fill(path);
    if (content === null || at === null) throw unknown(adapter.name, path);
    return { path: at, bytes: Buffer.from(content), mode: 0o600 };
  });
  return { argv, env: adapterEnv(adapter, fields), files };
}

/** An adapter's variables for a trial, those left out in which something is not known. */
export function adapterEnv(
  { env }: LoadedAdapter["adapter"],
  fields: Fields,
): Record<string, string> {
  const known = Object.entries(env).flatMap(([name, text]): [string, string][] => {
    const value = fillTemplate(text, fields, adapterFieldNames);
    return value === null ? [] : [[name, value]];
  });
  return Object.fromEntries(known);
}

function unknown(name: string, path: string): MxError {
  return new MxError(`the adapter ${name}: ${path} needs something that this trial does not have`, {
    code: "bad_adapter",
    exitCode: ExitCode.usage,
    hint: "a file in text has no place for what is not there; one in json leaves it out",
  });
}
