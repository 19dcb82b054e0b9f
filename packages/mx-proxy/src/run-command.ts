import type { RunContext } from "@mx/cli";
import type { Flags } from "./flags.ts";
import { traceSecretEnv } from "./observe/trace-target.ts";
import type { OpenProxy } from "./open-proxy.ts";
import { runChild } from "./run-child.ts";

/** Runs the command after `--` against the proxy; its exit status, or what shells give where it cannot be run. */
export async function runCommand(
  opened: OpenProxy,
  flags: Flags,
  context: RunContext,
): Promise<number> {
  const { rest, abort } = context;
  try {
    return await runChild(rest, { env: childEnvironment(opened, flags, context.env), abort });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      context.note(`command not found: ${rest[0]} (what comes after -- is run without a shell)`);
      return 127;
    }
    context.note(`cannot run ${rest[0]}: ${message}`);
    return 126;
  }
}

/** The environment of the command: it gets the proxy's key and not the upstream's, and none of the proxy's settings. */
function childEnvironment(
  { baseUrl, secret, isSecret }: OpenProxy,
  flags: Flags,
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name, value]) =>
      name !== flags.upstreamKeyEnv &&
      !isSecret(value ?? "") &&
      !traceSecretEnv.includes(name) &&
      !name.startsWith("MX_PROXY_"),
  );
  return {
    ...Object.fromEntries(kept),
    OPENAI_BASE_URL: baseUrl,
    OPENAI_API_KEY: secret,
    MX_PROXY_SECRET: secret,
  };
}
