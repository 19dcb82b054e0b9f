import { findRuns, type Run } from "./find-runs.ts";
import { loopPattern } from "./loop-pattern.ts";

/** A stretch of text that repeats one pattern. Positions and lengths are UTF-16 code units, as in a string. */
export interface Loop {
  /** First unit of the loop. */
  start: number;
  /** First unit after it; a last repeat that is cut off counts. */
  end: number;
  /** Length of the pattern, the shortest that there is. */
  period: number;
  /** How often it is there as a whole. */
  repetitions: number;
  /** The pattern from the beginning of a line, a sentence or a word where there is one; its first 200 units. */
  pattern: string;
}

export interface LoopOptions {
  /** Whole repeats that make a loop, 3 or more; default 20. */
  minRepeats?: number;
}

/**
 * Every loop of a text, by start, of patterns of any length. A loop within a longer one is a part of it and
 * not listed; two neighbours may share a few characters, fewer than their two periods together. In O(n log n),
 * whatever the text: see findRuns. Throws a RangeError for a bad `minRepeats`.
 */
export function findLoops(text: string, { minRepeats = 20 }: LoopOptions = {}): Loop[] {
  if (!Number.isInteger(minRepeats) || minRepeats < 3) {
    throw new RangeError(`minRepeats is ${minRepeats}, not a whole number from 3`);
  }
  if (text.length < minRepeats) return [];
  const runs = findRuns(text, minRepeats);
  return runs.length === 0 ? [] : outermost(runs).map((run) => toLoop(text, run));
}

/** The runs that are not within another one, by start. */
function outermost(runs: Run[]): Run[] {
  let end = 0;
  return runs
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .filter((run) => {
      if (run.end <= end) return false;
      end = run.end;
      return true;
    });
}

function toLoop(text: string, run: Run): Loop {
  const { start, end, period } = run;
  const repetitions = Math.floor((end - start) / period);
  return { start, end, period, repetitions, pattern: loopPattern(text, run) };
}
