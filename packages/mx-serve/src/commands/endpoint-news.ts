import type { Endpoint } from "@mx/records";

/** The records of an endpoint as they change, for whoever reads them one after the other. */
export class EndpointNews {
  readonly #waiting: Endpoint[];
  #closed = false;
  #wake: () => void = () => {};
  /** What is to be said after the end; null: nothing. */
  last: Endpoint | null = null;

  constructor(first: Endpoint) {
    this.#waiting = [first];
  }

  tell(endpoint: Endpoint): void {
    this.#waiting.push(endpoint);
    this.#wake();
  }

  /** No more will come. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async *records(): AsyncGenerator<Endpoint, void> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) yield next;
      else if (this.#closed) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
