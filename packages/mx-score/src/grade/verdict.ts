/** What a grader says of a trial: the part of a score that is its own. */
export interface Verdict {
  /** From 0, wrong, to 1, right; null: could not be judged, which is not 0. */
  value: number | null;
  /** Why, for a person; left out where right is all there is to say. */
  explanation?: string;
}

const shownCharacters = 100;

/** A text in quotes for an explanation, shortened and on one line. */
export function quote(text: string): string {
  const trimmed = text.length > 4 * shownCharacters ? text.trimStart() : text.trim();
  if (trimmed.length <= shownCharacters) return JSON.stringify(trimmed);
  // Cut before it is quoted: answers may be long.
  return `${JSON.stringify(trimmed.slice(0, shownCharacters)).slice(0, -1)}…"`;
}

/** The answer is what was wanted. */
export const right: Verdict = Object.freeze({ value: 1 });

/** The answer is not what was wanted, and why. */
export function wrong(explanation: string): Verdict {
  return { value: 0, explanation };
}

/** The answer cannot be judged, and why. */
export function unknown(explanation: string): Verdict {
  return { value: null, explanation };
}
