import { ExitCode, MxError } from "@mx/cli";
import type { SandboxSpec } from "../sandbox.ts";
import { relayPort } from "./start-relay.ts";

/**
 * The model's address in a sandbox that reaches it through the relay; null: it reaches none. Throws MxError 69, with
 * `hint`, where it needs one and socat is not on this host.
 */
export function relayUrl(
  { network, modelSocket }: SandboxSpec,
  { hasSocat, hint }: { hasSocat: boolean; hint: string },
): string | null {
  if (network === "none" || modelSocket === undefined) return null;
  if (hasSocat) return `http://127.0.0.1:${relayPort}/v1`;
  throw new MxError("socat, which carries a sandbox's model calls, is not installed", {
    code: "sandbox_unavailable",
    exitCode: ExitCode.unavailable,
    hint,
  });
}
