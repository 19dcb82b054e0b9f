import type { Adapter } from "@mx/agent/adapters";
import { mxHome } from "@mx/store";
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Where agents of a machine are kept whose $MX_HOME is closed to the users that sandboxes run as. */
const ofTheMachine = "/var/lib/mx/agents";

/**
 * Where agents are installed: $MX_AGENTS, else $MX_HOME/agents. As root, sandboxes run as users that cannot enter
 * root's own home: what is installed for them is kept in /var/lib/mx/agents then.
 */
export function agentsFolder(env: NodeJS.ProcessEnv): string {
  const given = env["MX_AGENTS"];
  if (given !== undefined && given !== "") return resolve(given);
  const own = join(resolve(mxHome(env)), "agents");
  return process.getuid?.() === 0 && !isOpen(own) ? ofTheMachine : own;
}

/** The folder of one agent in one version. */
export function agentFolder({ name, version }: Adapter, env: NodeJS.ProcessEnv): string {
  return join(agentsFolder(env), version === null ? name : `${name}-${version}`);
}

/** True where everybody may enter each folder on the way that is there. */
function isOpen(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
