import { PrefixHash } from "./prefix-hash.ts";

/** A stretch in which every character equals the one `period` before it; in UTF-16 code units, end exclusive. */
export interface Run {
  start: number;
  end: number;
  period: number;
}

/**
 * All maximal runs of at least `repeats` (3 or more) whole periods, each with its smallest period.
 *
 * How: a run of period L is at least repeats * L long, so one of the points 0, s, 2s, … with s = (repeats - 2) * L
 * lies so that 2L characters from it are in the run. They are a square (the same L characters twice), and from a
 * square the run is found by going left and right.
 *
 * Time is O(n log n) for every text of n characters:
 * - points: the sum over L of n / s, a harmonic series, O(n log n); a point costs O(1), because characters compared
 *   in vain are few: after O(n) of them a prefix hash turns away what is no square;
 * - squares inside a run that is already known, whose root is a multiple of its period, are skipped: a run is an
 *   obstacle for every multiple of its period up to half its length, and the exponents of all runs of a text sum up
 *   to less than 3 n (Bannai and others, The "runs" theorem, 2017);
 * - every other square costs the length of its run, once per L. The roots of these runs are primitive, or repeat
 *   one of fewer than `repeats` times, so at most repeats / 2 of them belong to one maximal run, each at most
 *   `repeats` periods long; and a text has O(n / L) maximal runs with periods of L and more (Crochemore
 *   and Ilie, Maximal repetitions in strings, 2008), so they cost O(n) for each of the log n doublings of L.
 *
 * `inVainLimit`: characters that may be compared in vain before the hash, which costs a pass over the text.
 */
export function findRuns(
  text: string,
  repeats: number,
  inVainLimit: number = text.length + 4096,
): Run[] {
  const runs: Run[] = [];
  const longest = Math.floor(text.length / repeats);
  const known = new KnownRuns(longest);
  let sieve: PrefixHash | null = null;
  let inVain = 0;
  for (let period = 1; period <= longest; period += 1) {
    const spacing = (repeats - 2) * period;
    const obstacles = known.take(period);
    let next = 0;
    for (let at = 0; at + 2 * period <= text.length; at += spacing) {
      while (next < obstacles.length && (obstacles[next] as Run).end < at + 2 * period) next += 1;
      const obstacle = obstacles[next];
      if (obstacle !== undefined && obstacle.start <= at) {
        at = lastPoint(obstacle, period, spacing);
        continue;
      }
      if (text.charCodeAt(at) !== text.charCodeAt(at + period)) continue;
      if (sieve !== null && !sieve.mayBeSquare(at, period)) continue;
      let middle = at + 1;
      while (middle < at + period && text.charCodeAt(middle) === text.charCodeAt(middle + period)) {
        middle += 1;
      }
      if (middle < at + period) {
        inVain += middle - at;
        if (sieve === null && inVain > inVainLimit) sieve = new PrefixHash(text);
        continue;
      }
      const run = extend(text, at, period);
      if (run.end - run.start >= repeats * period) {
        runs.push(run);
        known.add(run);
      }
      at = lastPoint(run, period, spacing);
    }
  }
  return runs;
}

/** The last point from which a square of this period lies within the run. */
function lastPoint(run: Run, period: number, spacing: number): number {
  return Math.floor((run.end - 2 * period) / spacing) * spacing;
}

function extend(text: string, at: number, period: number): Run {
  let start = at;
  while (start > 0 && text.charCodeAt(start - 1) === text.charCodeAt(start - 1 + period))
    start -= 1;
  let end = at + 2 * period;
  while (end < text.length && text.charCodeAt(end) === text.charCodeAt(end - period)) end += 1;
  return { start, end, period };
}

/** The runs found so far, by the next multiple of their period that squares in them can have. */
class KnownRuns {
  readonly #due = new Map<number, Run[]>();
  readonly #longest: number;

  constructor(longest: number) {
    this.#longest = longest;
  }

  add(run: Run): void {
    this.#put(run, 2 * run.period);
  }

  /**
   * Runs with a period that divides this one, by start. They hold two of it, so none lies within another, and they
   * are in the order of their ends too. Ask for each period once, in ascending order.
   */
  take(period: number): readonly Run[] {
    const runs = this.#due.get(period);
    if (runs === undefined) return none;
    this.#due.delete(period);
    for (const run of runs) this.#put(run, period + run.period);
    return runs.sort((a, b) => a.start - b.start);
  }

  #put(run: Run, period: number): void {
    if (period > this.#longest || 2 * period > run.end - run.start) return;
    const runs = this.#due.get(period);
    if (runs === undefined) this.#due.set(period, [run]);
    else runs.push(run);
  }
}

const none: readonly Run[] = [];
