import { signingKey } from "./signing-key.ts";
import { TrialClaims, type TrialKey } from "./trial-claims.ts";

const compactToken = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** What a trial key claims; "invalid" where it is none or is forged, "expired" where it was a good one. */
export async function readTrialKey(
  secret: string,
  token: string,
): Promise<TrialKey | "invalid" | "expired"> {
  if (!compactToken.test(token)) return "invalid";
  const { jwtVerify, errors } = await import("jose");
  try {
    const { payload } = await jwtVerify(token, signingKey(secret), {
      algorithms: ["HS256"],
      typ: "mx-trial",
      requiredClaims: ["exp"],
    });
    const { exp = 0, iat: _issued, ...rest } = payload;
    const claims = TrialClaims.safeParse(rest);
    return claims.success ? { ...claims.data, expires_at: exp * 1000 } : "invalid";
  } catch (error) {
    // The signature is looked at first: nobody learns from this what a key of their own making would be.
    if (error instanceof errors.JWTExpired) return "expired";
    if (error instanceof errors.JOSEError) return "invalid";
    throw error;
  }
}
