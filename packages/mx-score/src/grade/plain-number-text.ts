/** Spellings of what a number is made of, and what they are made into. In order: later ones see what earlier ones made. */
const spellings: [RegExp, string][] = [
  [/[\u2010-\u2013\u2212\uFE63]/gu, "-"],
  [/\\!/gu, ""],
  [/\{,\}/gu, ","],
  // Spaces that are made for groups of digits: thin ones, those without a break, and LaTeX's.
  [/[\u2007-\u2009\u202F\u00A0]|\\[,;:]/gu, "\u2009"],
  [/\\([%$])/gu, "$1"],
  [/\\[dtc]frac/gu, "\\frac"],
  [/\\frac ?(\d) ?(\d)/gu, "\\frac{$1}{$2}"],
  [/\\frac ?(\d) ?\{/gu, "\\frac{$1}{"],
  [/(\\frac ?\{[^{}]{1,40}\}) ?(\d)/gu, "$1{$2}"],
  // What follows a command, as in \approx5, is not part of a word.
  [/(\\(?!frac)[A-Za-z]{1,20})(?=[\d.-])/gu, "$1 "],
  [/= {0,4}- {1,4}(?=[\d.\\$])/gu, "=-"],
];

const vulgar = /[\u00BC-\u00BE\u2150-\u215E]/gu;
const fullWidth = /[\uFF0B-\uFF0E\uFF05\uFF10-\uFF19]/gu;
const needed = /[^\u0020-\u007e]|\\|= {0,4}-|\{,\}/u;

/** A text with its numbers in plain spelling; what is no number may look odd afterwards. */
export function plainNumberText(text: string): string {
  if (!needed.test(text)) return text;
  let plain = text.replace(fullWidth, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
  // Unicode decomposes ½ into 1⁄2, with a slash of its own.
  plain = plain.replace(vulgar, (sign) => {
    const [top, bottom] = sign.normalize("NFKC").split("\u2044");
    return `\\frac{${top}}{${bottom}}`;
  });
  for (const [from, to] of spellings) plain = plain.replace(from, to);
  return plain;
}
