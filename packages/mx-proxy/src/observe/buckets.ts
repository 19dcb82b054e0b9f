/** How many of the values that were seen are at most so large, in the way of a Prometheus histogram. */
export class Buckets {
  /** Upper bounds, ascending. */
  readonly bounds: readonly number[];
  /** Values up to each bound and over the one before it; last: those over all bounds. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  add(value: number): void {
    const { bounds, counts } = this;
    let at = 0;
    while (at < bounds.length && value > (bounds[at] ?? 0)) at += 1;
    counts[at] = (counts[at] ?? 0) + 1;
    this.sum += value;
  }
}
