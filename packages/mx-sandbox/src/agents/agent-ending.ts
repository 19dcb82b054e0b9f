import type { LoadedAdapter } from "@mx/agent/adapters";
import type { Ended } from "../classify.ts";

/** True for the agent that comes with mx, which reports how it ended. Null: a command of one's own. */
export function isBundled(loaded: LoadedAdapter | null): boolean {
  return loaded !== null && "bundled" in loaded.adapter.install;
}

/**
 * What the end of an agent says: whether its exit status counts, whether it can be told that its turns were over, and
 * whether it had MCP servers to start.
 */
export function agentEnding(
  loaded: LoadedAdapter | null,
  { maxTurns, hasServers }: { maxTurns: number; hasServers: boolean },
): Pick<Ended, "zeroOnFailure" | "turnLimit" | "hasServers"> {
  if (loaded === null || isBundled(loaded)) return { zeroOnFailure: false, turnLimit: null };
  const { turn_limit, ends_with_call, zero_on_failure } = loaded.adapter;
  return {
    zeroOnFailure: zero_on_failure,
    turnLimit: turn_limit && !ends_with_call ? maxTurns : null,
    hasServers,
  };
}
