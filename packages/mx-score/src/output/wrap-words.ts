import { cutMiddle } from "./cut-text.ts";
import { textWidth } from "./text-width.ts";

const noBreak = "\u00a0";

/** The text as one word: no line is broken at its spaces. */
export function together(text: string): string {
  return text.replaceAll(" ", noBreak);
}

/**
 * Text in lines of at most `width` columns, broken at spaces alone. A word that is longer than a line loses its
 * middle. At least one line, which may be empty.
 */
export function wrapWords(text: string, width: number, ellipsis: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const whole of text.split(" ")) {
    const word = cutMiddle(whole, width, ellipsis);
    const longer = line === "" ? word : `${line} ${word}`;
    if (textWidth(longer) <= width) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].map((one) => one.replaceAll(noBreak, " "));
}
