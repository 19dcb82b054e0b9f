import { timedOut, withTimeLimit } from "@mx/cli/time-limit";

const matchMs = 1000;

/** What a `file` or `output` check asks of a text. */
export interface TextComparison {
  equals?: string | undefined;
  contains?: string | undefined;
  matches?: string | undefined;
}

/** The verdict of a check: `passed` and, for people, what was seen. */
export interface Verdict {
  passed: boolean | null;
  explanation: string;
}

/** Takes secrets out of what an explanation quotes, before it is cut: half a key would not be found. */
export type Mask = (text: string) => string;

/** A text shortened for an explanation. */
export function excerpt(text: string, mask: Mask): string {
  const flat = JSON.stringify(mask(text));
  return flat.length <= 120 ? flat : `${flat.slice(0, 119)}…`;
}

/** Every comparison that is given must hold. A pattern that is no regular expression, or takes too long, cannot be judged. */
export function compareText(text: string, wanted: TextComparison, mask: Mask): Verdict {
  const quote = (part: string) => excerpt(part, mask);
  if (wanted.equals !== undefined && text.trim() !== wanted.equals.trim()) {
    return {
      passed: false,
      explanation: `expected ${quote(wanted.equals.trim())}, found ${quote(text.trim())}`,
    };
  }
  if (wanted.contains !== undefined && !text.includes(wanted.contains)) {
    return {
      passed: false,
      explanation: `${quote(wanted.contains)} is not in ${quote(text.trim())}`,
    };
  }
  if (wanted.matches !== undefined) {
    let pattern: RegExp;
    try {
      pattern = new RegExp(wanted.matches, "u");
    } catch (error) {
      return { passed: null, explanation: error instanceof Error ? error.message : String(error) };
    }
    // An agent chooses the text, and a pattern may take years for the wrong one: all other trials would wait.
    const isMatch = withTimeLimit(matchMs, () => pattern.test(text));
    if (isMatch === timedOut) {
      return {
        passed: null,
        explanation: `${pattern} takes too long to match: over ${matchMs} ms`,
      };
    }
    if (!isMatch) {
      return { passed: false, explanation: `${pattern} does not match ${quote(text.trim())}` };
    }
  }
  return { passed: true, explanation: "as expected" };
}
