import { createHmac } from "node:crypto";

/**
 * The key that signs and checks trial keys. It is derived, so that the secret itself, which is also the
 * admin key of mx-proxy, signs nothing that an agent gets to see. The number is that of the claims: a proxy
 * that does not know the limits of a newer key does not take it for one without limits.
 */
export function signingKey(secret: string): Uint8Array {
  return createHmac("sha256", secret).update("mx trial key 2").digest();
}
