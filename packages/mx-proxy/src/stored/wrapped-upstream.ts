import type {
  Exchange,
  Reply,
  Upstream,
  UpstreamRequest,
  UpstreamState,
} from "../upstream/upstream.ts";

/** An upstream in front of another one, whose calls it watches. */
export abstract class WrappedUpstream implements Upstream {
  /** The upstream behind it. */
  protected readonly inner: Upstream;

  constructor(inner: Upstream) {
    this.inner = inner;
  }

  models(): Promise<string[]> {
    return this.inner.models();
  }

  states(): UpstreamState[] {
    return this.inner.states();
  }

  modelsSent(model: string): string[] {
    return this.inner.modelsSent(model);
  }

  paidByHour(model: string): boolean {
    return this.inner.paidByHour?.(model) ?? false;
  }

  abstract call(request: UpstreamRequest, reply: Reply): Exchange;

  close(): Promise<void> {
    return this.inner.close();
  }
}
