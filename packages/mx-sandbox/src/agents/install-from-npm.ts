import { runInstaller } from "./run-installer.ts";

/** Where an agent is put together, and where it will be. */
export interface Place {
  making: string;
  folder: string;
}

/** Installs a package of the npm registry with what it needs, the binaries of this platform among it. */
export async function installFromNpm(
  { npm, scripts }: { npm: string; scripts: boolean },
  version: string,
  { making }: Place,
  { env, stop }: { env: NodeJS.ProcessEnv; stop: AbortSignal },
): Promise<void> {
  const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel", "error"];
  const own = scripts ? [] : ["--ignore-scripts"];
  await runInstaller(
    "npm",
    ["install", "--prefix", making, ...own, ...quiet, "--omit", "dev", `${npm}@${version}`],
    { env, stop, cwd: making },
  );
}
