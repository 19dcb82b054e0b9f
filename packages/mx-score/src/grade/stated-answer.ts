import { lastBoxed } from "./boxed.ts";

const line = /(?<![\p{L}\p{N}])answer(?: {0,2}is)?[*_]{0,3} {0,3}[:：][*_]{0,3}(.*)$/iu;
const marker = /(?:answer|Answer|ANSWER)/;

/** What the last `answer:` line says; what follows it, where that line ends there. */
function lastAnswerLine(text: string): string | null {
  let below = "";
  for (let end = text.length; end >= 0;) {
    const newline = end === 0 ? -1 : text.lastIndexOf("\n", end - 1);
    const here = text.slice(newline + 1, end).trim();
    end = newline;
    // The last of several on one line, as in "First answer: 4. Final answer: 5".
    const at = here.toLowerCase().lastIndexOf("answer");
    if (at >= 0) {
      const said = line.exec(here.slice(Math.max(0, at - 1)))?.[1]?.trim();
      if (said !== undefined && said !== "") return said;
      if (said === "" && below !== "") return below;
    }
    if (here !== "") below = here;
  }
  return null;
}

/**
 * The answer that a text states: what is in its last `\boxed{…}`, else what its last `answer:` line says, else, where
 * it has one line only, that line. Null where it states none.
 */
export function statedAnswer(text: string): string | null {
  const boxed = lastBoxed(text);
  if (boxed !== null) return boxed;
  const said = marker.test(text) ? lastAnswerLine(text) : null;
  if (said !== null) return said;
  const trimmed = text.trim();
  return trimmed === "" || trimmed.includes("\n") ? null : trimmed;
}
