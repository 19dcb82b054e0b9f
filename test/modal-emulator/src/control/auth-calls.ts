import type { Cloud } from "../cloud.ts";
import type { ControlCalls } from "./control-api.ts";

/** Tokens, and who the client is. */
export function authCalls(cloud: Cloud): ControlCalls {
  return {
    clientHello: () => ({}),
    authTokenGet: () => ({
      token: cloud.controlTokens.issue("client", cloud.settings.tokenTtlSecs),
    }),
    workspaceNameLookup: () => ({ workspaceName: "emulated", username: "emulated" }),
    tokenInfoGet: () => ({ workspaceName: "emulated" }),
  };
}
