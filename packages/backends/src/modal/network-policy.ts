import { ExitCode, MxError } from "@mx/cli";
import type { SandboxCreateParams } from "modal";
import { isIP } from "node:net";
import type { SandboxSpec } from "../sandbox.ts";

type NetworkParams = Pick<
  SandboxCreateParams,
  "blockNetwork" | "outboundCidrAllowlist" | "outboundDomainAllowlist"
>;

/** What a sandbox may reach, in Modal's words. `model` is the host of the model's URL and nothing else. */
export function networkPolicy({ network, modelUrl }: SandboxSpec): NetworkParams {
  if (network === "full") return {};
  if (network === "none") return { blockNetwork: true };
  if (modelUrl === undefined) {
    throw new MxError("a sandbox in the cloud has no way to the model", {
      code: "model_not_public",
      exitCode: ExitCode.usage,
      hint: "give --api-url with the public address of an mx-proxy",
    });
  }
  const host = new URL(modelUrl).hostname.replace(/^\[(.*)\]$/, "$1");
  switch (isIP(host)) {
    case 4:
      return { outboundCidrAllowlist: [`${host}/32`] };
    case 6:
      return { outboundCidrAllowlist: [`${host}/128`] };
    default:
      return { outboundDomainAllowlist: [host] };
  }
}
