import { textWidth } from "./text-width.ts";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** As many whole characters from the beginning as fit in `width` columns. */
function beginning(characters: readonly string[], width: number): string {
  let text = "";
  for (const character of characters) {
    if (textWidth(text + character) > width) break;
    text += character;
  }
  return text;
}

/**
 * The text in at most `width` columns, its middle left out where it is longer: names of models and tasks differ at
 * both ends. `ellipsis` stands for what is left out.
 */
export function cutMiddle(text: string, width: number, ellipsis: string): string {
  if (textWidth(text) <= width) return text;
  const characters = [...graphemes.segment(text)].map(({ segment }) => segment);
  const room = width - textWidth(ellipsis);
  if (room < 2) return beginning(characters, width);
  const head = beginning(characters, Math.ceil(room / 2));
  const back = characters.toReversed();
  let tail = "";
  for (const character of back) {
    if (textWidth(head + ellipsis + character + tail) > width) break;
    tail = character + tail;
  }
  return `${head}${ellipsis}${tail}`;
}
