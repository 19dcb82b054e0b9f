import { ExitCode, MxError } from "@mx/cli";
import type { Flags } from "../flags.ts";
import { baseUrl } from "../upstream/base-url.ts";
import { emptyConfig, type Config } from "./config.ts";
import { plainUpstream } from "./plain-upstream.ts";

type UpstreamFlags = Pick<
  Flags,
  "upstreamKeyEnv" | "concurrency" | "requestsPerMinute" | "tokensPerMinute" | "balance"
>;

/** The upstreams that `--upstream` names, as URL or name=URL. */
export function flagConfig(
  given: readonly string[],
  flags: UpstreamFlags,
  env: NodeJS.ProcessEnv,
): Config {
  const secrets: string[] = [];
  const upstreams = given.map((text) => {
    const [, named, address = text] = /^([A-Za-z0-9][\w.-]*)=(.*)$/s.exec(text) ?? [];
    const base = baseUrl(address);
    const own = named === undefined ? "" : (env[keyVariable(named)]?.trim() ?? "");
    // A key that was meant for one upstream is not sent to others.
    const usual = named === undefined || given.length === 1;
    const key = own || (usual && env[flags.upstreamKeyEnv]?.trim()) || null;
    if (key !== null) secrets.push(key);
    const limits = {
      concurrency: flags.concurrency ?? null,
      requestsPerMinute: flags.requestsPerMinute ?? null,
      tokensPerMinute: flags.tokensPerMinute ?? null,
    };
    return { ...plainUpstream(named ?? base.host, base, key), limits };
  });
  const names = upstreams.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    throw new MxError(`there are two upstreams called ${twice}`, {
      code: "usage",
      exitCode: ExitCode.usage,
      hint: "give each a name of its own: --upstream NAME=URL",
    });
  }
  return { ...emptyConfig, upstreams, secrets, strategy: flags.balance ?? null };
}

/** The variable that the key of an upstream is in: `OPENAI_API_KEY` for openai. */
function keyVariable(name: string): string {
  return `${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_API_KEY`;
}
