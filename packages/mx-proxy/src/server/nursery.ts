import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** What V8's nursery grows to, in bytes; both of its halves count. */
const enough = 8 << 20;
/** It is looked at once in so many calls, until it has grown. */
const often = 64;

/**
 * Lets V8's nursery grow, which `main` keeps small. A call leaves 35 KB of garbage, and while it is under way all that it
 * holds: a small nursery is collected every few milliseconds, and moves what is still needed into the old space.
 */
export class Nursery {
  #calls = 0;
  #grown = false;

  constructor() {
    setFlagsFromString("--semi-space-growth-factor=4");
    // So little is collected sooner than other threads have woken up to help.
    setFlagsFromString("--no-parallel-scavenge");
  }

  /** A call begins. */
  look(): void {
    this.#calls += 1;
    if (this.#grown || this.#calls % often !== 0) return;
    const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
    if ((space?.space_size ?? 0) < enough) return;
    this.#grown = true;
    setFlagsFromString("--semi-space-growth-factor=1");
  }
}
