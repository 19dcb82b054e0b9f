import { unauthenticated } from "./status.ts";

/** Unsigned tokens with an expiry, as far as the SDK reads them: it decodes the middle part and looks at `exp`. */
export class Tokens {
  readonly #expiries = new Map<string, { subject: string; at: number }>();
  #count = 0;

  /** `ttlSecs` in seconds of the clock that the client has too. */
  issue(subject: string, ttlSecs: number): string {
    const expires = Math.floor(Date.now() / 1000) + ttlSecs;
    const token = `${part({ alg: "none", typ: "JWT" })}.${this.#claims(subject, expires)}.emulated`;
    this.#expiries.set(token, { subject, at: Date.now() + ttlSecs * 1000 });
    return token;
  }

  /** The subject that a token was issued for. Throws UNAUTHENTICATED for a token that is unknown or has expired. */
  check(token: string): string {
    const known = this.#expiries.get(token);
    if (known === undefined) throw unauthenticated("token is not valid");
    if (known.at <= Date.now()) throw unauthenticated("token has expired");
    return known.subject;
  }

  /** From now on no token that was issued so far is good, although its `exp` says otherwise. */
  revokeAll(): void {
    this.#expiries.clear();
  }

  /** The SDK reads one sort of token as base64 and the other as base64url: these look the same in both. */
  #claims(subject: string, exp: number): string {
    for (;;) {
      const text = part({ sub: subject, exp, n: this.#count++ });
      if (!/[+/]/.test(text)) return text;
    }
  }
}

function part(claims: object): string {
  return Buffer.from(JSON.stringify(claims)).toString("base64").replace(/=+$/, "");
}
