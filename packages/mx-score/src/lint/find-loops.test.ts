import fc from "fast-check";
import { expect, test } from "vitest";
import { findLoops } from "./find-loops.ts";
import { findRuns } from "./find-runs.ts";

interface Span {
  start: number;
  end: number;
}

/** What the analysis before this one did, position by position: the most characters, then the shorter pattern. */
function byTrial(text: string, minRepeats: number): Span[] {
  const found: Span[] = [];
  for (let start = 0; start < text.length;) {
    let longest = 0;
    for (let period = 1; period <= (text.length - start) / minRepeats; period += 1) {
      const pattern = text.slice(start, start + period);
      let repeats = 1;
      while (text.startsWith(pattern, start + repeats * period)) repeats += 1;
      if (repeats >= minRepeats) longest = Math.max(longest, repeats * period);
    }
    if (longest > 0) found.push({ start, end: start + longest });
    start += Math.max(longest, 1);
  }
  return found;
}

/** The maximal runs by their definition, without those within another. */
function byDefinition(text: string, minRepeats: number): (Span & { period: number })[] {
  const runs: (Span & { period: number })[] = [];
  for (let period = 1; period * minRepeats <= text.length; period += 1) {
    for (let start = 0; start + period < text.length;) {
      let end = start + period;
      while (end < text.length && text[end] === text[end - period]) end += 1;
      const isKnown = runs.some((run) => run.start === start && run.end === end);
      if (end - start >= minRepeats * period && !isKnown) runs.push({ start, end, period });
      start = end - period + 1;
    }
  }
  const within = (a: Span, b: Span) => a !== b && a.start >= b.start && a.end <= b.end;
  return runs
    .filter((run) => !runs.some((other) => within(run, other)))
    .sort((a, b) => a.start - b.start);
}

const spans = (text: string, minRepeats: number) =>
  findLoops(text, { minRepeats }).map(({ start, end, period }) => ({ start, end, period }));

test.for([
  { text: "abc".repeat(25), found: [[0, 75, 3, "abc"]] },
  { text: "hello".repeat(15), found: [] },
  { text: "xyz".repeat(20), found: [[0, 60, 3, "xyz"]] },
  { text: "xyz".repeat(19), found: [] },
  { text: "abab".repeat(20), found: [[0, 80, 2, "ab"]] },
  {
    text: "A".repeat(50) + "BREAK" + "B".repeat(40),
    found: [
      [0, 50, 1, "A"],
      [55, 95, 1, "B"],
    ],
  },
  { text: "", found: [] },
  { text: "A".repeat(19), found: [] },
  { text: "A".repeat(20), found: [[0, 20, 1, "A"]] },
  // A last repeat that is cut off belongs to the loop.
  { text: "abc".repeat(20) + "ab", found: [[0, 62, 3, "abc"]] },
  // A loop of loops is one loop.
  { text: ("a".repeat(25) + "b").repeat(20), found: [[0, 520, 26, "a".repeat(25) + "b"]] },
  { text: "\u{1f600}".repeat(30), found: [[0, 60, 2, "\u{1f600}"]] },
] as const)("$text", ({ text, found }) => {
  const loops = findLoops(text);
  expect(loops.map(({ start, end, period, pattern }) => [start, end, period, pattern])).toEqual(
    found,
  );
});

test("a pattern of 401 characters, which used to be too long, is found", () => {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const pattern = Array.from({ length: 401 }, (_, i) => letters[(i * i * 7 + i) % 25]).join("");
  const text = "before " + pattern.repeat(30) + " after";
  expect(findLoops(text)).toEqual([
    { start: 7, end: 7 + 401 * 30, period: 401, repetitions: 30, pattern: pattern.slice(0, 200) },
  ]);
});

test.for([
  {
    text: "no. " + "t. wait, let me re-check tha".repeat(30),
    pattern: "wait, let me re-check that. ",
  },
  { text: "say it: " + "again and ".repeat(25), pattern: "again and " },
  { text: "d\n  one\ntwo ".repeat(22), pattern: "  one\ntwo d\n" },
  { text: " ".repeat(60), pattern: " " },
  // Half of the emoji is the same as half of the one before it.
  { text: "\u{1f400}" + "\u{1f600}".repeat(1) + "\u{1fa00}".repeat(30), pattern: "\u{1fa00}" },
  { text: "\u{1fa00}".repeat(99) + "\u{1f600}", pattern: "\u{1fa00}" },
])("a pattern begins where a reader would begin it: $pattern", ({ text, pattern }) => {
  expect(findLoops(text).map((loop) => loop.pattern)).toEqual([pattern]);
});

test("a pattern that is cut does not end in half a character", () => {
  const text = ("a" + "\u{1f600}\u{1f601}\u{1f602}".repeat(40)).repeat(20);
  const [loop] = findLoops(text);
  expect(loop).toMatchObject({ period: 241, repetitions: 20 });
  expect(loop?.pattern).toHaveLength(199);
  expect(loop?.pattern.isWellFormed()).toBe(true);
});

test.for([0, 2, 2.5, NaN])("%s repeats are no loop", (minRepeats) => {
  expect(() => findLoops("text", { minRepeats })).toThrow(RangeError);
});

/** Texts with structure on every scale: pieces repeated, and those repeated again, with breaks in between. */
function structured(letters: string) {
  const letter = fc.constantFrom(...Array.from(letters));
  const piece = fc.string({ unit: letter, minLength: 1, maxLength: 6 });
  const times = fc.integer({ min: 1, max: 8 });
  const repeated = fc.tuple(piece, times).map(([text, n]) => text.repeat(n));
  const blocks = fc.array(repeated, { maxLength: 4 }).map((parts) => parts.join(""));
  return fc
    .array(fc.tuple(blocks, times), { maxLength: 4 })
    .map((parts) => parts.map(([text, n]) => text.repeat(n)).join(""))
    .filter((text) => text.length <= 600);
}

test.for(["ab", "abc", "a\u{1f600}"])(
  "exactly the runs by their definition, over %s",
  (letters) => {
    fc.assert(
      fc.property(structured(letters), fc.integer({ min: 3, max: 9 }), (text, minRepeats) => {
        expect(spans(text, minRepeats)).toEqual(byDefinition(text, minRepeats));
      }),
      { numRuns: 400 },
    );
  },
);

test.for([3, 5, 20])(
  "covers all that the earlier analysis found, from %i repeats",
  (minRepeats) => {
    fc.assert(
      fc.property(structured("ab"), (text) => {
        const loops = findLoops(text, { minRepeats });
        for (const region of byTrial(text, minRepeats)) {
          let covered = region.start;
          for (const { start, end } of loops)
            if (start <= covered) covered = Math.max(covered, end);
          expect(covered).toBeGreaterThanOrEqual(region.end);
        }
      }),
      { numRuns: 300 },
    );
  },
);

test("every loop is one: each character equals the one a period before, and it goes no further", () => {
  fc.assert(
    fc.property(structured("ab"), (text) => {
      for (const { start, end, period, repetitions, pattern } of findLoops(text, {
        minRepeats: 4,
      })) {
        expect(text.slice(start + period, end)).toBe(text.slice(start, end - period));
        expect(repetitions).toBe(Math.floor((end - start) / period));
        expect(text.slice(start, end)).toContain(pattern);
        if (start > 0) expect(text[start - 1]).not.toBe(text[start - 1 + period]);
        if (end < text.length) expect(text[end]).not.toBe(text[end - period]);
      }
    }),
  );
});

test.for(["ab", "abc"])(
  "the sieve for texts full of near-repeats loses nothing, over %s",
  (letters) => {
    fc.assert(
      fc.property(structured(letters), fc.integer({ min: 3, max: 9 }), (text, minRepeats) => {
        expect(findRuns(text, minRepeats, 0)).toEqual(findRuns(text, minRepeats, Infinity));
      }),
      { numRuns: 400 },
    );
  },
);

test("no text takes quadratic time", () => {
  // Runs of one letter, words full of squares, near-runs, and blocks that agree with each other in many places.
  let [fibonacci, before] = ["a", "b"];
  while (fibonacci.length < 800_000) [fibonacci, before] = [fibonacci + before, fibonacci];
  const nearRuns = ("a".repeat(3000) + "b" + "a".repeat(2999)).repeat(130);
  const blocks = Array.from({ length: 40 }, (_, i) => "a".repeat((i * 7919) % 40_000) + "b").join(
    "",
  );
  for (const text of ["a".repeat(800_000), fibonacci, nearRuns, blocks]) {
    const begun = performance.now();
    findLoops(text);
    // Measured at 10 to 80 ms; without the hash the last one takes 3 s.
    expect(performance.now() - begun).toBeLessThan(1500);
  }
});
