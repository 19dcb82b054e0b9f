/**
 * A text in words, as a shell takes it apart: white space between them, quotes of both kinds and backslashes around
 * what belongs together; nothing is put in. Throws an error for a quote without its end.
 */
export function splitWords(text: string): string[] {
  const part = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)|(\s+)|./gsu;
  const words: string[] = [];
  let word: string | null = null;
  for (const [whole, single, double, escaped, plain, space] of text.matchAll(part)) {
    if (space !== undefined) {
      if (word !== null) words.push(word);
      word = null;
      continue;
    }
    const piece = single ?? double?.replaceAll(/\\(["\\$`])/g, "$1") ?? escaped ?? plain;
    if (piece === undefined) throw new Error(`a ${whole} without its end`);
    word = `${word ?? ""}${piece}`;
  }
  return word === null ? words : [...words, word];
}
