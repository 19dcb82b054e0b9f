import type { Run } from "./find-runs.ts";

/** Longest pattern that is given whole, in UTF-16 code units. */
const patternLimit = 200;

/**
 * What a run repeats, from where a reader would begin it: at a line, else a sentence, else a word, else where the
 * run begins. The first such place in the run counts. Cut at `patternLimit`, never within a character.
 */
export function loopPattern(text: string, run: Run): string {
  const start = beginning(text, run);
  const length = Math.min(run.period, patternLimit);
  const halved = length < run.period && /[\ud800-\udbff]/.test(text[start + length - 1] as string);
  return text.slice(start, halved ? start + length - 1 : start + length);
}

const line = 3;

function beginning(text: string, { start, period }: Run): number {
  let best = start;
  let bestRank = -2;
  for (let at = start; at < start + period; at += 1) {
    // What comes before the first period is what comes before the second.
    const rank = rankOf(text, at === start ? at + period : at);
    if (rank === line) return at;
    if (rank > bestRank) [best, bestRank] = [at, rank];
  }
  return best;
}

/** How good a place is to begin at: a line 3, a sentence 2, a word 1, anything else 0, half a character -1. */
function rankOf(text: string, at: number): number {
  const [before, here] = [text[at - 1] as string, text[at] as string];
  if (/[\udc00-\udfff]/.test(here)) return -1;
  if (/[\n\r]/.test(here)) return 0;
  if (/[\n\r]/.test(before)) return line;
  if (!/\s/.test(before) || /\s/.test(here)) return 0;
  return /[.!?]/.test(text[at - 2] ?? "") ? 2 : 1;
}
