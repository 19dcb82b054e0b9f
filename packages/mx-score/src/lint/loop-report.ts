import { findLoops, type Loop, type LoopOptions } from "./find-loops.ts";

/** When loops make a text suspect. Shares are of all characters, 0 to 1, and have to be exceeded. */
export interface LoopRule {
  /** Patterns shorter than this, in characters, are short. */
  shortPeriod: number;
  /** Share where the worst loop has a short pattern: rulers, blank space and tables have such loops too. */
  shortShare: number;
  /** Share otherwise. */
  share: number;
}

/** The rule of the loop analysis that this one takes the place of. */
const usualLoopRule: LoopRule = { shortPeriod: 10, shortShare: 0.4, share: 0.1 };

/** What loops make of a text. Characters are Unicode code points here. */
export interface LoopReport {
  loops: Loop[];
  /** The loop of the most characters; of two, the one with the shorter pattern, then the first. */
  worst: Loop | null;
  /** Characters in any loop. */
  loopChars: number;
  textChars: number;
  /** loopChars / textChars; null: an empty text. */
  share: number | null;
  /** True where the rule holds. */
  significant: boolean;
}

/** Finds the loops of a text and weighs them. */
export function loopReport(
  text: string,
  { rule = usualLoopRule, ...options }: LoopOptions & { rule?: LoopRule } = {},
): LoopReport {
  const loops = findLoops(text, options);
  const textChars = charsBetween(text, 0, text.length);
  let worst: Loop | null = null;
  let loopChars = 0;
  let end = 0;
  for (const loop of loops) {
    loopChars += charsBetween(text, Math.max(end, loop.start), loop.end);
    end = loop.end;
    if (worst === null || isWorse(loop, worst)) worst = loop;
  }
  const share = textChars === 0 ? null : loopChars / textChars;
  return {
    loops,
    worst,
    loopChars,
    textChars,
    share,
    significant: holds(text, rule, worst, share),
  };
}

function isWorse(a: Loop, b: Loop): boolean {
  const more = a.end - a.start - (b.end - b.start);
  return more > 0 || (more === 0 && a.period < b.period);
}

function holds(text: string, rule: LoopRule, worst: Loop | null, share: number | null): boolean {
  if (worst === null || share === null) return false;
  const period = charsBetween(text, worst.start, worst.start + worst.period);
  return share > (period < rule.shortPeriod ? rule.shortShare : rule.share);
}

/** Code points from `start` to `end`: a pair of surrogates counts as one, where it begins. */
function charsBetween(text: string, start: number, end: number): number {
  let chars = end - start;
  for (let at = Math.max(start, 1); at < end; at += 1) {
    if (
      (text.charCodeAt(at) & 0xfc00) === 0xdc00 &&
      (text.charCodeAt(at - 1) & 0xfc00) === 0xd800
    ) {
      chars -= 1;
    }
  }
  return chars;
}
