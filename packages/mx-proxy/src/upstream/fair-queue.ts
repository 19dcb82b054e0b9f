/** What waits in turn belongs to somebody. */
export interface Owned {
  readonly owner: string;
}

/** A queue in which owners take turns: one with a thousand waiting does not hold up one with a single one. */
export class FairQueue<T extends Owned> {
  /** Whoever comes next is first. */
  readonly #owners = new Map<string, Set<T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(item: T): void {
    const own = this.#owners.get(item.owner);
    if (own === undefined) this.#owners.set(item.owner, new Set([item]));
    else own.add(item);
    this.#size += 1;
  }

  /** Whose turn it is; null: nobody waits. */
  first(): T | null {
    for (const own of this.#owners.values()) for (const item of own) return item;
    return null;
  }

  /** Takes out the first: its owner's next one waits for the turns of all others. */
  shift(): void {
    const item = this.first();
    if (item === null || !this.delete(item)) return;
    const rest = this.#owners.get(item.owner);
    if (rest === undefined) return;
    this.#owners.delete(item.owner);
    this.#owners.set(item.owner, rest);
  }

  /** False: it was not there. */
  delete(item: T): boolean {
    const own = this.#owners.get(item.owner);
    if (own?.delete(item) !== true) return false;
    this.#size -= 1;
    if (own.size === 0) this.#owners.delete(item.owner);
    return true;
  }
}
