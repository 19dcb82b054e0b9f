import type { Adapter } from "@mx/agent/adapters";
import { ExitCode, MxError } from "@mx/cli";
import { canonicalJson } from "@mx/records";
import { takeLock } from "@mx/store";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { agentFolder } from "./agents-folder.ts";
import { installFromNpm } from "./install-from-npm.ts";
import { installFromPypi } from "./install-from-pypi.ts";

/** So long another process may take to install what is wanted here too, in ms. */
const patienceMs = 900_000;

/** The file that says what a folder holds; written last. */
const marker = "mx-agent.json";

/** What installing needs of the program. */
export interface InstallContext {
  env: NodeJS.ProcessEnv;
  note: (text: string) => void;
  /** Aborts: what is under way ends and leaves nothing. */
  stop: AbortSignal;
}

/** True where an agent comes from a registry. */
export function isInstallable({ install }: Adapter): boolean {
  return "npm" in install || "pypi" in install;
}

/** The folder that an agent is installed in; null: it is not, or not of those that are. */
export function installedAgent(adapter: Adapter, env: NodeJS.ProcessEnv): string | null {
  const folder = agentFolder(adapter, env);
  if (!isInstallable(adapter) || !existsSync(join(folder, marker))) return null;
  if (readFileSync(join(folder, marker), "utf8") === description(adapter)) return folder;
  throw new MxError(`${folder} holds another agent of this name and version`, {
    code: "agent_mismatch",
    exitCode: ExitCode.usage,
    hint: "give the adapter another name, or delete that folder",
  });
}

/**
 * The folder that an agent is installed in, installed now where it was not. It appears as a whole or not at all, and
 * of processes that want it at once one installs it. Throws MxError 69 where it cannot be fetched.
 */
export async function installAgent(
  adapter: Adapter,
  { env, note, stop }: InstallContext,
): Promise<string> {
  const known = installedAgent(adapter, env);
  if (known !== null) return known;
  const folder = agentFolder(adapter, env);
  mkdirSync(dirname(folder), { recursive: true, mode: 0o755 });
  await using _lock = await takeLock(`${folder}.lock`, patienceMs);
  const meanwhile = installedAgent(adapter, env);
  if (meanwhile !== null) return meanwhile;
  const { install, name, version } = adapter;
  const where =
    "npm" in install ? `npm (${install.npm})` : `PyPI (${"pypi" in install ? install.pypi : ""})`;
  note(`installing ${name} ${version} from ${where} into ${folder}, once`);
  const making = `${folder}.new`;
  // What a killed process has left; the lock says that nobody is at it.
  rmSync(making, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(making, { mode: 0o755 });
  try {
    const place = { making, folder };
    if ("npm" in install) await installFromNpm(install, version as string, place, { env, stop });
    if ("pypi" in install) await installFromPypi(install, version as string, place, { env, stop });
    writeFileSync(join(making, marker), description(adapter));
    renameSync(making, folder);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (error instanceof MxError) throw error;
    throw new MxError(`${name} ${version} cannot be installed: ${(error as Error).message}`, {
      code: "agent_not_installed",
      exitCode: ExitCode.unavailable,
      hint: `is ${where} reachable from here? An agent that is there already needs no installing: say after \`--\` how it is run`,
      cause: error,
    });
  }
  return folder;
}

function description({ name, version, install }: Adapter): string {
  const { platform, arch } = process;
  return `${canonicalJson({ name, version, install, platform, arch })}\n`;
}
