import { isWaking, mayBeWaking } from "./cold-start.ts";
import { ColdWait } from "./cold-wait.ts";
import type { ForwardCall } from "./forward-call.ts";
import { HeldReply } from "./held-reply.ts";
import { HopPace } from "./hop-pace.ts";
import { HttpTry, type TryListener } from "./http-try.ts";
import { resultTarget, type Target } from "./result-url.ts";
import { isFinal, isRetriable } from "./retriable.ts";
import { Retries } from "./retries.ts";
import { retryAfterMs } from "./retry-after.ts";
import { SilenceWatch } from "./silence-watch.ts";
import { describe, tryError } from "./try-error.ts";
import type { Exchange, ReplyHead, UpstreamFault } from "./upstream.ts";

/** How long a reply that the client may not get can take to come to its end, in ms. */
const heldMs = 5000;

/**
 * One call on its way to the upstream and back: tries, the pauses between them, and redirects to its result. Once
 * a head has gone to the client, what follows is the reply, whatever it is.
 */
export class ForwardExchange implements Exchange, TryListener {
  attempts = 0;
  sent = false;
  readonly model = null;
  readonly tries = [];
  readonly queueMs = 0;
  readonly cache = "off";
  readonly #call: ForwardCall;
  readonly #watch: SilenceWatch;
  readonly #retries: Retries;
  readonly #cold: ColdWait;
  readonly #hops = new HopPace();
  #target: Target;
  #try: HttpTry | null = null;
  #held: HeldReply | null = null;
  /** What to wait before trying again instead of passing on what is held; null: it is passed on. */
  #heldPause: number | null = null;
  #passing = false;
  /** A 303 has come: the call itself is never sent again. */
  #reading = false;
  #raced = false;
  #timer: NodeJS.Timeout | null = null;
  #over = false;

  constructor(target: Target, call: ForwardCall) {
    this.#target = target;
    this.#call = call;
    this.#retries = new Retries(call.retries);
    this.#cold = new ColdWait(call.cold, call.limits.coldStartMs);
    this.#watch = new SilenceWatch(call.limits.firstByteMs, () => this.#timeOut());
  }

  get upstream(): string | null {
    return this.sent ? this.#call.name : null;
  }

  /** Sends the call, or reads its result. */
  send(fresh = false): void {
    this.#stopWaiting();
    this.attempts += 1;
    // Reading goes on within the limit that began with the call.
    if (!this.#reading) this.#watch.hold(false);
    this.#dispatch(fresh);
  }

  abort(): void {
    if (this.#over) return;
    this.#finish();
    this.#try?.abort("the call was given up");
  }

  resume(): void {
    this.#watch.hold(false);
    if (!this.#over) this.#try?.resume();
  }

  started(): void {
    this.sent = true;
    if (!this.#reading) this.#watch.alive();
  }

  head(head: ReplyHead): void {
    const waking = mayBeWaking(head.status);
    if (!waking) this.#cold.awake();
    this.#heldPause = isRetriable(head, this.#reading) ? this.#pauseAfter(head) : null;
    const waits = waking && !this.#reading && this.#cold.leftMs > 0;
    if (waits || this.#heldPause !== null || resultTarget(head, this.#target) !== null) {
      this.#held = new HeldReply(head);
      this.#timer = setTimeout(() => this.#cutHeld(), heldMs);
      return;
    }
    this.#pass();
    this.#call.reply.head(head);
  }

  data(chunk: Buffer): boolean {
    let room = true;
    if (this.#held === null) {
      this.#watch.alive();
      room = this.#call.reply.data(chunk);
    } else if (!this.#held.push(chunk)) {
      room = this.#cutHeld();
    }
    if (!room) this.#watch.hold(true);
    return room;
  }

  end(): void {
    if (this.#held !== null && !this.#decide(this.#held, true)) return;
    this.#finish();
    this.#call.reply.end();
  }

  failed(error: Error): void {
    if (this.#held !== null && !this.#decide(this.#held, false)) return;
    if (this.#passing) {
      const message = `the reply broke off: ${describe(error)}`;
      return this.#fail({ code: "upstream_truncated", message });
    }
    const { sent = false, reused = false } = this.#try ?? {};
    // The server closed an idle connection just as the call was written to it: nobody has seen the call.
    if (sent && reused && !this.#raced) {
      this.#raced = true;
      return this.send(true);
    }
    const { fault, kind } = tryError(error, sent);
    if (kind === "unreachable" && this.#waitForWaking(null)) return;
    // A server that dies of this very call would die of it again.
    const final = kind === "final" || (sent && !this.#reading && this.#retries.hopeless("broken"));
    const pause = final ? null : this.#pauseAfter(null);
    if (pause === null) return this.#fail(fault);
    this.#retry(pause, true);
  }

  /** A reply that was held back is there. True: the client has got it after all. */
  #decide(held: HeldReply, whole: boolean): boolean {
    this.#stopWaiting();
    const { head } = held;
    const target = resultTarget(head, this.#target);
    if (target !== null) {
      this.#follow(target);
      return false;
    }
    if (!isWaking(held)) this.#cold.awake();
    else if (this.#waitForWaking(retryAfterMs(head))) return false;
    if (this.#heldPause !== null && !(whole && isFinal(held, this.#retries))) {
      this.#retry(this.#heldPause, false);
      return false;
    }
    this.#passHeld(held);
    return true;
  }

  /** What is held is too long or too slow for an error. False: the client can take no more of it now. */
  #cutHeld(): boolean {
    const held = this.#held;
    if (held === null) return true;
    this.#stopWaiting();
    if (held.head.status === 404) return this.#passHeld(held);
    this.#try?.abort("the rest of the error is of no use");
    if (this.#decide(held, false)) this.#fail({ code: "upstream_truncated", message: "too slow" });
    return true;
  }

  #passHeld(held: HeldReply): boolean {
    this.#pass();
    return held.passTo(this.#call.reply);
  }

  /** From now on the client gets what comes, and no body is needed for another try. */
  #pass(): void {
    this.#passing = true;
    this.#held = null;
    this.#target = { ...this.#target, body: null };
    this.#watch.hold(false);
    this.#watch.limit(this.#call.limits.idleMs);
  }

  #pauseAfter(head: ReplyHead | null): number | null {
    // Who has waited for the upstream to wake up has waited long enough.
    if (this.#cold.exhausted) return null;
    return this.#retries.pause(head === null ? null : retryAfterMs(head));
  }

  #retry(pauseMs: number, fresh: boolean): void {
    this.#held = null;
    this.#retries.take(pauseMs);
    if (!this.#reading) this.#watch.hold(true);
    this.#timer = setTimeout(() => this.send(fresh), pauseMs);
  }

  #follow(target: Target): void {
    this.#held = null;
    this.#reading = true;
    this.#target = target;
    this.#retries.read();
    const pause = this.#hops.next();
    if (pause === 0) return this.#dispatch(false);
    this.#timer = setTimeout(() => this.#dispatch(false), pause);
  }

  /** False: this call does not wait for the upstream to wake up, or not any longer. */
  #waitForWaking(askedMs: number | null): boolean {
    if (this.#reading || !this.#cold.wait(() => this.send(true), askedMs)) return false;
    this.#held = null;
    this.#watch.hold(true);
    return true;
  }

  #dispatch(fresh: boolean): void {
    this.#stopWaiting();
    this.#try = new HttpTry(this.#target, this);
    this.#try.send(this.#call.dispatcher(this.#target.origin, fresh));
  }

  #stopWaiting(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#cold.stop();
  }

  #timeOut(): void {
    if (this.#over) return;
    const { firstByteMs, idleMs } = this.#call.limits;
    const fault = this.#passing
      ? { code: "upstream_truncated", message: `the reply stopped for ${idleMs} ms` }
      : {
          code: "upstream_timeout",
          message: `the upstream did not answer within ${firstByteMs} ms`,
        };
    this.#fail(fault);
    this.#try?.abort(fault.message);
  }

  #fail(fault: UpstreamFault): void {
    if (this.#over) return;
    this.#finish();
    this.#call.reply.fail(fault);
  }

  #finish(): void {
    this.#over = true;
    this.#stopWaiting();
    this.#watch.stop();
  }
}
