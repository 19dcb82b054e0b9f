import { lastClaim } from "./choice-claims.ts";
import type { KindGrader } from "./kind-grader.ts";
import { markedLetters, onlyLetter, startingLetters } from "./marked-letters.ts";
import { noTarget, targetOf } from "./target-of.ts";
import { quote, right, unknown, wrong } from "./verdict.ts";

const defaultChoices = "ABCD";

/** The letter that a target names: `B`, `(B)`, `b.`, `B. Paris`; null where it names none. */
function targetLetter(target: string): string | null {
  const only = onlyLetter(target);
  if (only !== null) return only;
  const letters = markedLetters(target.split("\n", 1)[0] ?? "");
  return letters.length === 1 ? (letters[0] ?? null) : null;
}

/**
 * The letters that an answer picks. By the first of these that it has:
 *
 * 1. nothing but a letter: `B`, `(b)`, `**B.**`;
 * 2. a statement of its choice: `\boxed{B}`, else the last of "the answer is B", "Answer: B", "B is correct",
 *    "I choose B", … Earlier ones do not count, since models change their minds. "B or C" picks two;
 * 3. letters that are marked as choices: the only one at the start of a line, as in "B. Paris", else the only one in
 *    the last line, else in the whole answer: "(B)", "**B**", "option B".
 */
function pickedLetters(answer: string, choices: string): readonly string[] {
  const only = onlyLetter(answer);
  if (only !== null) return [only];
  const claim = lastClaim(answer);
  if (claim !== null) return claim;
  const text = answer.trim();
  const isChoice = (one: string) => choices.includes(one);
  const atStart = startingLetters(text).filter(isChoice);
  if (atStart.length === 1) return atStart;
  const all = markedLetters(text).filter(isChoice);
  // A list of the choices, each on its line, picks none of them, though its last line has just one.
  if (atStart.length > 1) return all;
  const inLastLine = markedLetters(text.slice(text.lastIndexOf("\n") + 1)).filter(isChoice);
  return inLastLine.length === 1 ? inLastLine : all;
}

/** The answer picks the target's letter, and no other. `pickedLetters` says how letters are found. */
export const choiceGrader: KindGrader<"choice"> = {
  version: "1",
  readsAnswer: true,
  problem: ({ target, choices = defaultChoices }) =>
    target === undefined || choices.includes(targetLetter(target) ?? "-")
      ? null
      : `the target ${quote(target)} is none of the choices ${choices}`,
  grade(spec, trial) {
    const choices = spec.choices ?? defaultChoices;
    const target = targetOf(spec, trial);
    if (target === null) return unknown(noTarget);
    const wanted = targetLetter(target);
    if (wanted === null || !choices.includes(wanted)) {
      return unknown(`the target ${quote(target)} is none of the choices ${choices}`);
    }
    const picked = pickedLetters(trial.output, choices);
    const [only] = picked;
    if (only === undefined) return wrong(`no choice found in ${quote(trial.output)}`);
    if (picked.length > 1) return wrong(`expected ${wanted}, several picked: ${picked.join(", ")}`);
    return only === wanted ? right : wrong(`expected ${wanted}, picked ${only}`);
  },
};
