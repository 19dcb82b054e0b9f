import type { Request } from "@mx/records";
import type { Exchange, Try } from "../upstream/upstream.ts";

/** A call that another exchange answers, which may be chosen only after a while. */
export class WrappedExchange implements Exchange {
  #inner: Exchange | null = null;
  #over = false;
  readonly #settled: (state: Request["state"]) => void;
  /** What the record says instead of what the inner exchange says; null: what that says. */
  readonly #cache: Request["cache"] | null;

  /** `settled` hears once how the call ended. */
  constructor(settled: (state: Request["state"]) => void, cache: Request["cache"] | null = null) {
    this.#settled = settled;
    this.#cache = cache;
  }

  /** True: the call was given up. */
  get over(): boolean {
    return this.#over;
  }

  /** From now on this exchange answers. */
  enter(inner: Exchange): void {
    this.#inner = inner;
    if (this.#over) inner.abort();
  }

  get attempts(): number {
    return this.#inner?.attempts ?? 0;
  }

  get sent(): boolean {
    return this.#inner?.sent ?? false;
  }

  get upstream(): string | null {
    return this.#inner?.upstream ?? null;
  }

  get model(): string | null {
    return this.#inner?.model ?? null;
  }

  get tries(): readonly Try[] {
    return this.#inner?.tries ?? [];
  }

  get queueMs(): number {
    return this.#inner?.queueMs ?? 0;
  }

  get cache(): Request["cache"] {
    const cache = this.#inner?.cache ?? "off";
    return cache === "off" ? (this.#cache ?? "off") : cache;
  }

  get costUsd(): number | null | undefined {
    return this.#inner?.costUsd;
  }

  abort(): void {
    this.#over = true;
    this.#inner?.abort();
  }

  resume(): void {
    this.#inner?.resume();
  }

  settled(state: Request["state"]): void {
    this.#inner?.settled?.(state);
    this.#settled(state);
  }

  used(usage: Request["usage"]): void {
    this.#inner?.used?.(usage);
  }

  closed(delivered: boolean): void {
    this.#inner?.closed?.(delivered);
  }
}
