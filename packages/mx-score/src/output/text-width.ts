/** East Asian Wide and Fullwidth (Unicode Annex 11), but for emoji, which have a property of their own. */
const wideRanges: readonly (readonly [from: number, to: number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x1b2ff],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];

const none = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u;
const emoji = /\p{Emoji_Presentation}/u;
const flagPart = /\p{Regional_Indicator}/u;

/** U+FE0F asks for the emoji form of the character before it, which is two columns wide. */
const emojiForm = "\u{fe0f}";

/**
 * How many columns of a terminal a text takes. Characters of ambiguous width count one. Emoji that are joined into
 * one count one by one, as terminals that cannot join them show them: a line is never wider than this says.
 */
export function textWidth(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let width = 0;
  let last = 0;
  for (const character of text) {
    const own = character === emojiForm ? 2 - Math.min(2, Math.max(1, last)) : widthOf(character);
    if (own > 0) last = own;
    width += own;
  }
  return width;
}

/** Columns of the widest of some texts; 0 for none. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, textWidth(text)), 0);
}

function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (none.test(character)) return 0;
  const isWide = wideRanges.some(([from, to]) => code >= from && code <= to);
  return isWide || (emoji.test(character) && !flagPart.test(character)) ? 2 : 1;
}
