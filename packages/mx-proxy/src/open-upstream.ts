import { ExitCode, MxError } from "@mx/cli";
import type { Flags } from "./flags.ts";
import { readScript } from "./script/read-script.ts";
import { ScriptedUpstream } from "./script/scripted-upstream.ts";
import { baseUrl } from "./upstream/base-url.ts";
import type { Upstream } from "./upstream/upstream.ts";

/** What answers the calls: the script, or the API that flags and environment name. */
export async function openUpstream(
  flags: Flags,
  env: NodeJS.ProcessEnv,
  note: (text: string) => void = () => {},
): Promise<Upstream> {
  if (flags.script !== undefined) {
    if (flags.upstream !== undefined) {
      throw usage("--script and --upstream exclude each other", "give one of the two");
    }
    return new ScriptedUpstream(await readScript(flags.script));
  }
  const address = flags.upstream ?? env["OPENAI_BASE_URL"];
  if (address === undefined || address === "") {
    throw usage(
      "there is no upstream",
      "give --upstream URL, set OPENAI_BASE_URL, or give --script FILE",
    );
  }
  // Loaded here so that a script does not pay for an HTTP client.
  const { ForwardUpstream } = await import("./upstream/forward-upstream.ts");
  const base = baseUrl(address);
  return new ForwardUpstream({
    name: base.host,
    base,
    key: env[flags.upstreamKeyEnv]?.trim() || null,
    connectTimeoutMs: flags.connectTimeout * 1000,
    limits: {
      firstByteMs: flags.firstByteTimeout * 1000,
      idleMs: flags.idleTimeout * 1000,
      coldStartMs: flags.coldStartTimeout * 1000,
    },
    retries: { retries: flags.retries, budgetMs: flags.retryBudget * 1000 },
    note,
  });
}

function usage(message: string, hint: string): MxError {
  return new MxError(message, { code: "usage", exitCode: ExitCode.usage, hint });
}
