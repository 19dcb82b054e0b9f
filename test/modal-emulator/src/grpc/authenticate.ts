import type { CallContext } from "nice-grpc";
import type { Tokens } from "./tokens.ts";
import { unauthenticated } from "./status.ts";

/** What a client proves who it is with. */
export interface Credentials {
  tokenId: string;
  tokenSecret: string;
}

/** These come before a client has a token. */
const withoutToken = new Set(["AuthTokenGet", "ClientHello"]);
/** modal.client.ClientType: Modal's Python package, which needs no token here. */
const python = "1";

/** Checks the callers of the control plane: credentials on every call, and a token that has not expired on most. */
export function authenticate(credentials: Credentials, tokens: Tokens) {
  return (rpc: string, { metadata }: CallContext): void => {
    const isKnown =
      metadata.get("x-modal-token-id") === credentials.tokenId &&
      metadata.get("x-modal-token-secret") === credentials.tokenSecret;
    if (!isKnown) throw unauthenticated("token id or secret is not valid");
    if (metadata.get("x-modal-client-type") === python || withoutToken.has(rpc)) return;
    tokens.check(metadata.get("x-modal-auth-token") ?? "");
  };
}
