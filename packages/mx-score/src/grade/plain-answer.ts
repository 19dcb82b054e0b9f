/** Marks around an answer that say nothing: Markdown's and LaTeX's. */
const wrappers: [RegExp, string][] = [
  [/^\$\$([^]*)\$\$$/u, "$1"],
  [/^\$([^$]*)\$$/u, "$1"],
  [/^\\\(([^]*)\\\)$/u, "$1"],
  [/^\\\[([^]*)\\\]$/u, "$1"],
  [/^\*\*([^*]*)\*\*$/u, "$1"],
  [/^[*_`]([^*_`]*)[*_`]$/u, "$1"],
  [/^["“'‘]([^"“”'‘’]*)["”'’]$/u, "$1"],
  [/^\\(?:text|textbf|mathrm|mathbf|mbox|boxed)\{([^{}]*)\}$/u, "$1"],
  [/^\{([^{}]*)\}$/u, "$1"],
];

/** Spellings of LaTeX that mean the same. */
const spellings: [RegExp, string][] = [
  [/\\(?:left|right|displaystyle|bigl?|bigr)(?![A-Za-z])/gu, ""],
  [/\\[,;:! ]/gu, ""],
  [/\\[dtc]frac/gu, "\\frac"],
  [/\\(?:text|textbf|mathrm|mathbf|mbox) ?\{([^{}]*)\}/gu, "$1"],
  [/\\([%$])/gu, "$1"],
  [/(\^|\\sqrt ?)\{(\w)\}/gu, "$1$2"],
  [/\^\{?\\circ\}?|°|\\degree/gu, ""],
];

/** An answer without the marks around it: `$…$`, quotes, bold, and `.` `,` `;` at its end. */
export function bareAnswer(answer: string): string {
  let text = answer.trim();
  // Marks come inside each other, and never many.
  for (let round = 0; round < 6; round += 1) {
    const before = text;
    text = text.replace(/[.,;。，；\s]{1,20}$/u, "");
    for (const [from, to] of wrappers) text = text.replace(from, to).trim();
    if (text === before) break;
  }
  return text;
}

/** An answer as it is compared as text: bare, in one case, without white space or LaTeX's fine print. */
export function comparableAnswer(answer: string): string {
  // NFKC alone would make x² into x2.
  let text = bareAnswer(answer)
    .replaceAll(/[⁰¹²³⁴-⁹]/gu, (raised) => `^${raised}`)
    .normalize("NFKC");
  for (const [from, to] of spellings) text = text.replace(from, to);
  return bareAnswer(text).toLowerCase().replaceAll(/\s+/gu, "");
}
