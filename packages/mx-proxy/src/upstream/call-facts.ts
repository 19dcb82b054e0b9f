import type { Usage } from "@mx/records";
import { finalHead } from "./final-head.ts";
import type { ForwardCall } from "./forward-call.ts";
import type { Lane } from "./lanes.ts";
import type { Target } from "./result-url.ts";
import { isRetriable } from "./retriable.ts";
import { TryLog } from "./try-log.ts";
import type { Exchange, ReplyHead, Try, UpstreamFault } from "./upstream.ts";
import { Visit } from "./visit.ts";

/** What a forwarded call says of itself, for its record. */
export abstract class CallFacts implements Omit<Exchange, "abort" | "resume"> {
  attempts = 0;
  sent = false;
  readonly cache = "off";
  /** Where it goes, or went last. */
  protected lane: Lane;
  protected readonly visit: Visit;
  /** What it is there. */
  protected target: Target;
  /** True: the try was made anew on a new connection, which is done once. */
  protected raced = false;
  /** Status of the try that runs or ran last; null: it has no head. */
  protected status: number | null = null;
  /** Why that try has none; null: nobody knows of anything. */
  protected error: string | null = null;
  /** Null: no try has failed. */
  #log: TryLog | null = null;
  readonly #call: ForwardCall;

  constructor(call: ForwardCall) {
    this.#call = call;
    this.lane = call.lanes.pick();
    this.target = call.lanes.target(this.lane);
    this.visit = new Visit(call, () => this.hasPlace());
  }

  get upstream(): string | null {
    return this.sent ? this.lane.api.name : null;
  }

  get model(): string | null {
    return this.sent ? this.lane.model : null;
  }

  get tries(): readonly Try[] {
    return this.#log?.with(this.lane.api.name, this.status, this.error) ?? [];
  }

  get queueMs(): number {
    return this.visit.queueMs;
  }

  get costUsd(): number | undefined {
    return this.lane.api.meter === null ? undefined : this.visit.costUsd;
  }

  used(usage: Usage): void {
    this.visit.used(usage);
  }

  /** The call has a place at the upstream that it waited for. */
  protected abstract hasPlace(): void;

  /** From now on the call goes there. */
  protected goTo(lane: Lane): void {
    if (lane === this.lane) return;
    this.lane = lane;
    this.target = this.#call.lanes.target(lane);
    this.raced = false;
  }

  /** A try begins. */
  protected tryBegins(): void {
    this.attempts += 1;
    this.status = null;
    this.error = null;
  }

  /** The try has come to nothing, and another one follows. */
  protected tryFailed(): void {
    this.#log ??= new TryLog();
    this.#log.failed(this.lane.api.name, this.status, this.error);
  }

  /** What the client gets of a head: one that was tried for in vain says that the client need not try. */
  protected lastHead(head: ReplyHead, reading: boolean): ReplyHead {
    if (this.#call.retries.retries === 0 || !isRetriable(head, reading)) return head;
    return finalHead(head, this.attempts);
  }

  /** The same of a fault. */
  protected lastFault(fault: UpstreamFault): UpstreamFault {
    return this.#call.retries.retries === 0 ? fault : { ...fault, attempts: this.attempts };
  }
}
