const hidden =
  /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu; /* all but the joiners, which letters and emoji are made with */

/** More marks on one letter than any script needs would run over the lines above and below. */
const tooManyMarks = /(\p{M}{4})\p{M}+/gu;

/**
 * Text from outside, fit to be shown. Task ids, models and messages are not to be trusted: control characters could
 * move the cursor, forge lines or hide text, and so could characters that turn the direction of writing or that
 * cannot be seen. Newlines and tabs stay.
 */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(hidden, (character) => (/[\n\t]/.test(character) ? character : "\u{fffd}"))
    .replaceAll(tooManyMarks, "$1");
}

/** The beginning of a text on one line: at most `length` characters. */
export function oneLine(text: string, length = 200): string {
  // Only the beginning is looked at: the text may be megabytes long.
  const beginning = text
    .slice(0, length * 8)
    .replaceAll(/\s+/gu, " ")
    .trim();
  const characters = Array.from(printable(beginning));
  const isCut = characters.length > length || text.length > length * 8;
  return isCut ? `${characters.slice(0, length - 1).join("")}…` : characters.join("");
}
