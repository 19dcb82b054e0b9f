import { ExitCode, MxError } from "@mx/cli";

/** Headers that Modal's proxy auth wants, and the variables that hold their values: a token's id and its secret. */
export const proxyAuthVariables = { "Modal-Key": "MODAL_KEY", "Modal-Secret": "MODAL_SECRET" };

/** The headers that a handle names, as far as their variables are set. */
export function headersOf(
  variables: Record<string, string> | undefined,
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  const pairs = Object.entries(variables ?? {}).map(([header, name]) => [header, env[name] ?? ""]);
  return Object.fromEntries(pairs.filter(([, value]) => value !== ""));
}

/** Throws MxError 2 where the variables of proxy auth are not set: whoever is to be asked would refuse. */
export function needProxyAuth(env: NodeJS.ProcessEnv): void {
  const missing = Object.values(proxyAuthVariables).filter((name) => !env[name]);
  if (missing.length === 0) return;
  throw new MxError(`${missing.join(" and ")}: not set, and the server wants Modal's proxy auth`, {
    code: "modal_proxy_auth",
    exitCode: ExitCode.usage,
    hint: "make a proxy auth token at modal.com/settings/proxy-auth-tokens; MODAL_KEY is its id, MODAL_SECRET its secret",
  });
}
