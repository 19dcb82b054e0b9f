import { readTrialKey, type TrialKey } from "@mx/keys";
import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Refusal } from "./openai-error.ts";
import { givenKey } from "./given-key.ts";

/** Who calls. */
export interface Caller {
  /** The trial; null: a person or a program with the admin key. */
  trial: TrialKey | null;
  /** The token that it came with. */
  token: string;
}

/** Trial keys that are remembered, so that a signature is checked once and not at every call. */
const mostRemembered = 10_000;

/** Knows the admin key, and tells good trial keys from others. */
export class KeyRing {
  readonly #secret: string;
  readonly #secretBytes: Buffer;
  readonly #run: string | null;
  readonly #known = new Map<string, TrialKey>();

  /** `run`: the only run whose trial keys are good; null: any. */
  constructor(secret: string, run: string | null = null) {
    this.#secret = secret;
    this.#secretBytes = Buffer.from(secret);
    this.#run = run;
  }

  /** The caller behind the headers of a request, or why it may not call. */
  async identify(headers: IncomingHttpHeaders): Promise<Caller | Refusal> {
    const token = givenKey(headers);
    if (typeof token !== "string") return token;
    if (this.#isSecret(token)) return { trial: null, token };
    const known = this.#known.get(token);
    const trial = known ?? (await readTrialKey(this.#secret, token));
    if (trial === "invalid") {
      return unauthorized(
        "the key is neither the admin key of this mx-proxy nor a trial key of it",
      );
    }
    if (trial === "expired" || trial.expires_at <= Date.now()) {
      this.#known.delete(token);
      return unauthorized("the trial key has expired");
    }
    if (this.#run !== null && trial.run_id !== this.#run) {
      const message = `the trial key is of another run than ${this.#run}, the one that this mx-proxy serves`;
      return { status: 403, code: "wrong_run", message };
    }
    if (known === undefined) this.#remember(token, trial);
    return { trial, token };
  }

  #remember(token: string, trial: TrialKey): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= mostRemembered && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(token, trial);
  }

  /** In a time that says nothing about where the two differ; the length of the secret is no secret. */
  #isSecret(token: string): boolean {
    const bytes = Buffer.from(token);
    return bytes.length === this.#secretBytes.length && timingSafeEqual(bytes, this.#secretBytes);
  }
}

function unauthorized(message: string): Refusal {
  return { status: 401, code: "invalid_api_key", message };
}
