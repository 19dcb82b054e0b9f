import type { CallWait } from "./call-wait.ts";
import type { ForwardCall } from "./forward-call.ts";
import type { HeldReply } from "./held-reply.ts";
import type { Lane } from "./lanes.ts";
import { isFinal, isRetriable } from "./retriable.ts";
import { Retries } from "./retries.ts";
import { retryAfterMs } from "./retry-after.ts";
import type { ReplyHead } from "./upstream.ts";

/** What comes after a try that failed: another one at another upstream, one after a pause, or one for another model. */
export interface Next {
  to: "other" | "again" | "fallback";
  pauseMs: number;
}

/** What one call may still try. */
export class Plan {
  /** True: a 303 has come. The call itself is never sent again; its result is read, where it lies. */
  reading = false;
  readonly #call: ForwardCall;
  readonly #wait: CallWait;
  #retries: Retries;

  constructor(call: ForwardCall, wait: CallWait) {
    this.#call = call;
    this.#wait = wait;
    this.#retries = new Retries(call.retries);
  }

  /** From now on a result is read. */
  read(): void {
    this.reading = true;
    this.#retries.read();
  }

  /** What to do after a reply, or after none (null); null: it cannot be bettered, or nothing can be done. */
  after(head: ReplyHead | null): Next | null {
    if (head !== null && !isRetriable(head, this.reading)) return null;
    const others = !this.reading && this.#retries.left;
    if (others && this.#call.lanes.hasOther()) return { to: "other", pauseMs: 0 };
    // Who has waited for the upstream to wake up has waited long enough.
    const pauseMs = this.#wait.exhausted
      ? null
      : this.#retries.pause(head === null ? null : retryAfterMs(head));
    return pauseMs === null ? this.#fallback() : { to: "again", pauseMs };
  }

  /** The same, once the reply is there as a whole: some would be the same the next time. */
  afterAll(held: HeldReply, next: Next): Next | null {
    return isFinal(held, this.#retries, next.to === "other") ? this.#fallback() : next;
  }

  /** What to do after an error. `broken`: it took the connection with it; `final`: it would be the same the next time. */
  afterError(broken: boolean, final: boolean): Next | null {
    // A server that dies of this very call would die of it again.
    if (broken && !this.reading && this.#retries.hopeless("broken")) return this.#fallback();
    const next = this.after(null);
    // What is wrong with one upstream for good may be right with another.
    return final && next?.to === "again" ? this.#fallback() : next;
  }

  /** This is done now. */
  take({ to, pauseMs }: Next): void {
    this.#retries.take(pauseMs);
    if (to !== "fallback") return;
    this.#call.lanes.fallBack();
    this.#retries = new Retries(this.#call.retries);
  }

  /** Where the call goes then. */
  lane({ to }: Next): Lane {
    return to === "other" ? this.#call.lanes.other() : this.#call.lanes.pick();
  }

  #fallback(): Next | null {
    if (this.reading || !this.#call.lanes.hasFallback()) return null;
    return { to: "fallback", pauseMs: 0 };
  }
}
