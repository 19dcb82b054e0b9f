import { canonicalJson, sha256 } from "@mx/records";

/** A named text of a prompt. */
export interface Section {
  /** Upper case, as it stands in the marks. */
  name: string;
  text: string;
}

/**
 * The word in the marks around a prompt's sections. It depends on what is in all of them, so that nobody who writes
 * one of them can know it, and the same content gives the same prompt, which a cache needs.
 */
export function sectionWord(sections: readonly Section[]): string {
  const content = canonicalJson(sections.map(({ name, text }) => [name, text]));
  for (let round = 0; ; round += 1) {
    const word = sha256(`${round} ${content}`).slice(0, 20);
    if (!content.includes(word)) return word;
  }
}

/** Sections between marks that only the writer of the prompt can make. */
export function sectionsText(sections: readonly Section[], word: string): string {
  return sections
    .map(({ name, text }) => `<<<BEGIN ${name} ${word}>>>\n${text}\n<<<END ${name} ${word}>>>`)
    .join("\n\n");
}
