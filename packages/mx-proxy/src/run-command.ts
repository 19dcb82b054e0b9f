import type { RunContext } from "@mx/cli";
import { runChild } from "@mx/cli/run-child";
import type { Flags } from "./flags.ts";
import { traceSecretEnv } from "./observe/trace-target.ts";
import type { OpenProxy } from "./open-proxy.ts";

/** Runs the command after `--` against the proxy; its exit status, or what shells give where it cannot be run. */
export function runCommand(opened: OpenProxy, flags: Flags, context: RunContext): Promise<number> {
  const { rest, abort, note } = context;
  return runChild(rest, { env: childEnvironment(opened, flags, context.env), abort, note });
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
    // LiteLLM and older programs read this one first: a value from outside would lead past the proxy.
    OPENAI_API_BASE: baseUrl,
    OPENAI_API_KEY: secret,
    MX_PROXY_SECRET: secret,
  };
}
