import fc from "fast-check";
import { expect, test } from "vitest";
import { sectionsText, sectionWord } from "./sections.ts";

test("the word is in no section, depends on all of them, and is the same for the same", () => {
  const section = fc.record({ name: fc.constantFrom("A", "B"), text: fc.string() });
  fc.assert(
    fc.property(
      fc.array(section, { minLength: 1 }),
      fc.nat(),
      fc.string({ minLength: 1 }),
      (sections, at, more) => {
        const word = sectionWord(sections);
        expect(sectionWord(structuredClone(sections))).toBe(word);
        for (const { text } of sections) expect(text).not.toContain(word);
        const changed = structuredClone(sections);
        const one = changed[at % changed.length];
        if (one !== undefined) one.text += more;
        expect(sectionWord(changed)).not.toBe(word);
        expect(sectionsText(sections, word).split(`<<<BEGIN `).length).toBeGreaterThan(
          sections.length,
        );
      },
    ),
  );
});
