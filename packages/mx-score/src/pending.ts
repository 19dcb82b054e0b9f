/** Work that is under way, handed out as it ends. */
export class Pending<T> {
  readonly #running = new Map<Promise<unknown>, Promise<{ key: Promise<unknown>; value: T }>>();

  add(work: Promise<T>): void {
    this.#running.set(
      work,
      work.then((value) => ({ key: work, value })),
    );
  }

  get size(): number {
    return this.#running.size;
  }

  /** What ends first. Rejects with what fails first. Call only while there is any. */
  async next(): Promise<T> {
    const { key, value } = await Promise.race(this.#running.values());
    this.#running.delete(key);
    return value;
  }
}
