import { ExitCode, MxError } from "@mx/cli";
import type { RouterOptions } from "./open-router.ts";
import type { Flags } from "./flags.ts";
import { readScript } from "./script/read-script.ts";
import { ScriptedUpstream } from "./script/scripted-upstream.ts";
import type { Upstream } from "./upstream/upstream.ts";

/** What answers the calls: the script, the recording, or the upstreams. */
export async function openUpstream(options: RouterOptions): Promise<Upstream> {
  const { flags } = options;
  excludeEachOther(flags);
  if (flags.script !== undefined) {
    return new ScriptedUpstream(await readScript(flags.script));
  }
  if (flags.replay !== undefined) {
    const { Cassette } = await import("./replay/cassette.ts");
    const { ReplayUpstream } = await import("./replay/replay-upstream.ts");
    return new ReplayUpstream(await Cassette.open(flags.replay), flags.replaySpeed);
  }
  // Loaded here so that a script does not pay for an HTTP client.
  const { openRouter } = await import("./open-router.ts");
  return openRouter(options);
}

/** A call has one source: a copy of an answer must not come from where nobody expects it. */
function excludeEachOther(flags: Flags): void {
  const names = ["script", "replay", "upstream", "config", "endpoint"] as const;
  const sources = names.filter((name) => flags[name] !== undefined);
  if (sources.length > 1 && (sources[0] === "script" || sources[0] === "replay")) {
    throw usage(`--${sources.join(" and --")} exclude each other`, "give one of them");
  }
  if (flags.replay !== undefined && flags.cache !== undefined) {
    throw usage(
      "--replay and --cache exclude each other",
      "a replay answers from its recording only",
    );
  }
}

function usage(message: string, hint: string): MxError {
  return new MxError(message, { code: "usage", exitCode: ExitCode.usage, hint });
}
