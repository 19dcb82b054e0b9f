/** Characters of a tool call's arguments that go into one event. */
const argumentPiece = 24;

/** A tool call's arguments in the pieces that go into one event each. */
export function argumentPieces(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += argumentPiece) {
    pieces.push(text.slice(at, at + argumentPiece));
  }
  return pieces;
}

/** A text in words, each with the white space after it; together they are the text. */
export function textPieces(text: string): string[] {
  return text.match(/\s*\S+\s*|\s+/g) ?? [];
}
