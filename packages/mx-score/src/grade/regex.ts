import { timedOut, withTimeLimit } from "@mx/cli/time-limit";
import type { KindGrader, SpecOf } from "./kind-grader.ts";
import { patternCost } from "./pattern-cost.ts";
import { RecentCache } from "./recent-cache.ts";
import { noTarget, targetOf } from "./target-of.ts";
import { quote, right, unknown, wrong } from "./verdict.ts";

/** A match that may take more steps than this runs under a clock; so many take less than 0.1 s. */
const freeSteps = 20_000_000;
const limitMs = 1000;

interface Compiled {
  regex: RegExp;
  cost: (length: number) => number;
}

const compiled = new RecentCache<Compiled>(500);

function compile({ pattern, ignore_case: ignoreCase }: SpecOf<"regex">): Compiled {
  const flags = ignoreCase === true ? "giu" : "gu";
  return compiled.get(`${flags}/${pattern}`, () => ({
    regex: new RegExp(pattern, flags),
    cost: patternCost(pattern),
  }));
}

/** The first match, or the last. */
function find(regex: RegExp, text: string, last: boolean): RegExpExecArray | null {
  regex.lastIndex = 0;
  if (!last) return regex.exec(text);
  let found: RegExpExecArray | null = null;
  for (const match of text.matchAll(regex)) found = match;
  return found;
}

function problem(spec: SpecOf<"regex">): string | null {
  try {
    compile(spec);
    // With an empty alternative the pattern matches the empty text, which tells its number of groups.
    const groups = (new RegExp(`${spec.pattern}|`, "u").exec("")?.length ?? 1) - 1;
    if (spec.group === undefined || spec.group <= groups) return null;
    return `group ${spec.group} of a pattern that has ${groups}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * The answer matches a JavaScript regular expression; with `group`, what that group of the last match holds,
 * but for white space at its ends, is the target. A match that takes over a second is unknown: patterns whose
 * cost has a small bound run as they are, all others under a clock.
 */
export const regexGrader: KindGrader<"regex"> = {
  version: "1",
  readsAnswer: true,
  problem,
  grade(spec, { output, ...trial }) {
    const { regex, cost } = compile(spec);
    const target = spec.group === undefined ? "" : targetOf(spec, { output, ...trial })?.trim();
    if (target === undefined) return unknown(noTarget);
    const search = () => find(regex, output, spec.group !== undefined);
    const match = cost(output.length) <= freeSteps ? search() : withTimeLimit(limitMs, search);
    if (match === timedOut) return unknown(`${regex} takes too long to match: over ${limitMs} ms`);
    if (match === null) return wrong(`/${spec.pattern}/ does not match ${quote(output)}`);
    if (spec.group === undefined) return right;
    const found = (match[spec.group] ?? "").trim();
    const isSame =
      found === target ||
      (spec.ignore_case === true && found.toLowerCase() === target.toLowerCase());
    return isSame ? right : wrong(`expected ${quote(target)}, the last match has ${quote(found)}`);
  },
};
