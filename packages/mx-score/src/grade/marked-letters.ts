const wholeLetter = /^[\s*_"“'‘`$([{<#-]*(?:\\text\{)?\(?([A-Za-z])[\s*_"”'’`$)\]}>.,:;!-]*$/u;
const atLineStart = /^[\s*_"`([#>-]{0,8}([A-Z])(?:[)\]*_`]{1,4}[.:,]?|[.:])(?=$|\s)/u;
const withReason = /^[\s*_"`]{0,6}([A-Z]) (?:[-–—]|because\b|since\b|as\b)/u;
const inLine =
  /\(([A-Z])\)|\[([A-Z])\]|\*\*\(?([A-Z])[).:]?\*\*|(?:option|choice) \(?([A-Z])(?![\p{L}\p{N}'’])/giu;

/** The letter that a text consists of, but for marks: `B`, `(B)`, `**b.**`; null where there is more. */
export function onlyLetter(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed.length > 40) return null;
  return wholeLetter.exec(trimmed)?.[1]?.toUpperCase() ?? null;
}

function startingLetter(line: string): string | null {
  const found = onlyLetter(line) ?? atLineStart.exec(line)?.[1] ?? withReason.exec(line)?.[1];
  return found ?? null;
}

/** The letters that lines begin with, each once: `B. Paris`, `(B)`, `B because …`. */
export function startingLetters(text: string): string[] {
  const letters = text.split("\n").map((line) => startingLetter(line));
  return [...new Set(letters.filter((letter) => letter !== null))];
}

/** The letters that a text marks as choices, each once: at the start of a line, and `(B)`, `**B**`, `option B`. */
export function markedLetters(text: string): string[] {
  const letters = new Set(startingLetters(text));
  for (const [, ...groups] of text.matchAll(inLine)) {
    const found = groups.find((group) => group !== undefined) ?? "";
    // The i flag is for "Option"; a small letter in brackets is mostly a plural or a list of its own.
    if (/[A-Z]/.test(found)) letters.add(found);
  }
  return [...letters];
}
