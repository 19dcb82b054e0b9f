import { CallFacts } from "./call-facts.ts";
import { CallResult } from "./call-result.ts";
import { CallWait } from "./call-wait.ts";
import { CallWatch } from "./call-watch.ts";
import { isWaking, mayBeWaking } from "./cold-start.ts";
import type { ForwardCall } from "./forward-call.ts";
import type { HeldReply } from "./held-reply.ts";
import { HttpTry, type TryListener } from "./http-try.ts";
import type { Lane } from "./lanes.ts";
import { Plan, type Next } from "./plan.ts";
import { resultTarget, type Target } from "./result-url.ts";
import { retryAfterMs } from "./retry-after.ts";
import { describe, tryError } from "./try-error.ts";
import type { Exchange, ReplyHead, UpstreamFault } from "./upstream.ts";

/**
 * One call on its way to an upstream and back: tries, the pauses between them, other upstreams, and redirects to its
 * result. Once a head has gone to the client, what follows is the reply, whatever it is.
 */
export class ForwardExchange extends CallFacts implements Exchange, TryListener {
  readonly #call: ForwardCall;
  readonly #watch: CallWatch;
  readonly #wait: CallWait;
  readonly #result: CallResult;
  readonly #plan: Plan;
  #try: HttpTry | null = null;
  /** What to do instead of passing on what is held; null: it is passed on. */
  #next: Next | null = null;
  #fresh = false;
  #passing = false;
  #over = false;

  constructor(call: ForwardCall) {
    super(call);
    this.#call = call;
    this.#wait = new CallWait(call.limits.coldStartMs);
    this.#plan = new Plan(call, this.#wait);
    this.#result = new CallResult(call);
    this.#watch = new CallWatch(call.limits, (fault) => this.#timeOut(fault));
  }

  /** Begins. */
  start(): void {
    const result = this.#result.adopt();
    if (result !== null) {
      ({ lane: this.lane, target: this.target } = result);
      this.#plan.read();
    }
    this.#enter(this.lane, false);
  }

  closed(delivered: boolean): void {
    this.#result.closed(delivered);
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
    if (!this.#plan.reading) this.#watch.alive();
  }

  head(head: ReplyHead): void {
    this.status = head.status;
    const gone = this.#result.gone(head);
    if (gone !== null) return this.#fail(gone);
    const waking = mayBeWaking(head.status);
    if (!waking) this.#wait.awake(this.lane.api.cold);
    const waits = waking && !this.#plan.reading && this.#wait.leftMs > 0;
    if (!waits && !this.#plan.reading) this.visit.answered(head);
    this.#next = this.#plan.after(head);
    if (waits || this.#next !== null || resultTarget(head, this.target) !== null) {
      return this.#try?.hold(head);
    }
    this.#call.reply.head(this.#pass(head));
  }

  data(chunk: Buffer): boolean {
    this.#watch.alive();
    const room = this.#call.reply.data(chunk);
    if (!room) this.#watch.hold(true);
    return room;
  }

  end(): void {
    this.#finish();
    this.#call.reply.end();
  }

  failed(error: Error): void {
    // The end of a call can close its upstream, which fails all that is still being connected, this call's try included.
    if (this.#over) return;
    if (this.#passing) {
      const message = `the reply broke off: ${describe(error)}`;
      return this.#fail({ code: "upstream_truncated", message });
    }
    const { sent = false, reused = false } = this.#try ?? {};
    const { fault, kind } = tryError(error, sent);
    this.error = fault.message;
    // The server closed an idle connection just as the call was written to it: nobody has seen the call.
    if (kind === "broken" && reused && !this.raced) {
      this.raced = true;
      this.tryFailed();
      return this.#sendAgain(true);
    }
    if (fault.code === "bad_request") return this.#fail(fault);
    const waits = kind === "unreachable" && !this.#call.lanes.hasOther();
    if (waits && this.#waitForWaking(null)) return;
    this.visit.failed();
    const next = this.#plan.afterError(sent, kind === "final");
    if (next === null) this.#fail(fault);
    else this.#goOn(next, true);
  }

  held(held: HeldReply, whole: boolean): boolean {
    const { head } = held;
    const target = resultTarget(head, this.target);
    if (target !== null) {
      this.#follow(target);
      return false;
    }
    if (!isWaking(held)) this.#wait.awake(this.lane.api.cold);
    else if (this.#next?.to !== "other" && this.#waitForWaking(retryAfterMs(head))) return false;
    if (!this.#plan.reading) this.visit.answered(head);
    const next = this.#next !== null && whole ? this.#plan.afterAll(held, this.#next) : this.#next;
    if (next === null) held.passTo(this.#call.reply, this.#pass(head));
    else this.#goOn(next, false);
    return next === null;
  }

  cut(held: HeldReply): boolean {
    if (held.head.status === 404) return held.passTo(this.#call.reply, this.#pass(held.head));
    this.#try?.abort("the rest of the error is of no use");
    if (this.held(held, false)) this.#fail({ code: "upstream_truncated", message: "too slow" });
    return true;
  }

  protected hasPlace(): void {
    this.#watch.begin(this.lane.api.settings.firstByteMs);
    this.#sendAgain(this.#fresh);
  }

  /** From now on the client gets what comes, under the head that is returned. No body is needed for another try. */
  #pass(head: ReplyHead): ReplyHead {
    this.#passing = true;
    if (this.#plan.reading) this.#result.passes(head);
    this.target = { ...this.target, body: null };
    this.#watch.pass();
    return this.lastHead(head, this.#plan.reading);
  }

  #goOn(next: Next, fresh: boolean): void {
    this.#plan.take(next);
    this.tryFailed();
    const { reading } = this.#plan;
    if (reading) return this.#wait.pause(next.pauseMs, () => this.#sendAgain(fresh));
    this.#leave();
    if (next.to !== "again") return this.#enter(this.#plan.lane(next), false);
    this.#wait.pause(next.pauseMs, () => this.#enter(this.#plan.lane(next), fresh));
  }

  /** While a call waits, the limit for its first byte does not run. */
  #leave(): void {
    this.visit.leave();
    this.#watch.hold(true);
  }

  /** Asks for a place at an upstream; the call is sent as soon as there is one. */
  #enter(lane: Lane, fresh: boolean): void {
    this.#wait.stop();
    this.goTo(lane);
    this.#fresh = fresh;
    if (!this.visit.enter(lane.api)) this.#watch.hold(true);
  }

  #sendAgain(fresh: boolean): void {
    this.tryBegins();
    this.#dispatch(fresh);
  }

  #follow(target: Target): void {
    this.target = target;
    this.#plan.read();
    this.#result.found(this.lane.api.name, target, (pauseMs) => {
      if (this.#over) return;
      if (pauseMs === 0) this.#dispatch(false);
      else this.#wait.pause(pauseMs, () => this.#dispatch(false));
    });
  }

  /** False: this call does not wait for the upstream to wake up, or not any longer. */
  #waitForWaking(askedMs: number | null): boolean {
    const go = () => this.#enter(this.#call.lanes.pick(), true);
    if (this.#plan.reading || !this.#wait.wait(this.lane.api.cold, go, askedMs)) return false;
    this.tryFailed();
    this.#leave();
    return true;
  }

  #dispatch(fresh: boolean): void {
    this.#wait.stop();
    this.#try = new HttpTry(this.target, this);
    this.#try.send(this.lane.api.dispatcher(this.target.origin, fresh));
  }

  #timeOut(fault: UpstreamFault): void {
    if (!this.#passing) {
      this.error = fault.message;
      this.visit.failed();
    }
    this.#fail(fault);
  }

  /** Ends the call, and what its upstream may still do for it. */
  #fail(fault: UpstreamFault): void {
    if (this.#over) return;
    this.#finish();
    this.#call.reply.fail(this.lastFault(fault));
    this.#try?.abort(fault.message);
  }

  #finish(): void {
    this.#over = true;
    this.#wait.stop();
    this.#watch.stop();
    this.visit.leave();
    this.#call.over();
  }
}
