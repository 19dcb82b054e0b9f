import { ExitCode } from "@mx/cli";
import { cacheFolder } from "./cache-folder.ts";
import { runBin } from "./run-bin.ts";

/**
 * Variables with which mx finds agents that tests install: kept from run to run, and where sandboxes see them. Root's
 * own cache is closed to the users that sandboxes run as.
 */
export const agentsEnv: Record<string, string> = {
  MX_AGENTS: process.getuid?.() === 0 ? "/var/lib/mx/agents" : cacheFolder("agents"),
};

/** Installs an agent, once. False where its registry cannot be reached; stderr says why. */
export async function installedAgent(name: string, home: Record<string, string>): Promise<boolean> {
  const caches = { npm_config_cache: cacheFolder("npm"), PIP_CACHE_DIR: cacheFolder("pip") };
  // Which registry is asked, and through what, is this machine's affair.
  const passed = Object.entries(process.env).filter(([key]) =>
    /^(npm_config_(registry|cafile|proxy|https_proxy)|PIP_(INDEX_URL|CERT|CONFIG_FILE|TRUSTED_HOST)|https?_proxy|no_proxy|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS)$/i.test(
      key,
    ),
  );
  const env = { ...home, HOME: process.env["HOME"] ?? "/", ...caches, ...agentsEnv };
  const settings = Object.fromEntries(passed) as Record<string, string>;
  const { exitCode, stderr } = await runBin("mx-sandbox", ["agents", "install", name], {
    ...settings,
    ...env,
  });
  if (exitCode === 0) return true;
  if (exitCode !== ExitCode.unavailable) throw new Error(stderr);
  console.warn(`skipped: ${name} cannot be installed: ${stderr.trim().split("\n").join(" ")}`);
  return false;
}
