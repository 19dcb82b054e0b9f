const kept = 10_000;

/** Replies by idempotency key: a call that is tried again gets the answer of the first try, and is not done twice. */
export class Replies {
  readonly #replies = new Map<string, Promise<unknown>>();

  async once<T>(key: string | null, work: () => Promise<T>): Promise<T> {
    if (key === null) return work();
    const earlier = this.#replies.get(key);
    if (earlier !== undefined) return earlier as Promise<T>;
    const reply = work();
    this.#replies.set(key, reply);
    if (this.#replies.size > kept) this.#forgetOldest();
    try {
      return await reply;
    } catch (error) {
      this.#replies.delete(key); // nothing was done, so that the next try may do it
      throw error;
    }
  }

  #forgetOldest(): void {
    for (const key of this.#replies.keys()) {
      this.#replies.delete(key);
      return;
    }
  }
}
