const spellings: Readonly<Record<string, string>> = {
  "·": "|",
  "✗": "x",
  "×": "x",
  "–": "-",
  "—": "-",
  "‘": "'",
  "’": "'",
  "“": '"',
  "”": '"',
};

/** The text in ASCII: letters without their accents, and a question mark for each character that is left. */
export function asciiText(text: string): string {
  if (/^[\n\u0020-\u007e]*$/.test(text)) return text;
  const plain = text.replaceAll(/[^\0-\u007f]/gu, (character) => spellings[character] ?? character);
  return plain
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^\n\u0020-\u007e]/gu, "?");
}
