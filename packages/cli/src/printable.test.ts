import { expect, test } from "vitest";
import { oneLine, printable } from "./printable.ts";

test.for([
  ["a cursor that moves", "a\u001b[2Jb", "a\u{fffd}[2Jb"],
  ["a title and a bell", "\u001b]0;x\u0007", "\u{fffd}]0;x\u{fffd}"],
  ["C1 controls", "\u009b31m\u0085", "\u{fffd}31m\u{fffd}"],
  ["a carriage return", "good\rbad", "good\u{fffd}bad"],
  ["directions", "\u202e\u2066\u200f\u061c", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"],
  ["what cannot be seen", "a\u200b\ufeff\u00ad\u{e0041}b", "a\u{fffd}\u{fffd}\u{fffd}\u{fffd}b"],
  ["line separators", "\u2028\u2029", "\u{fffd}\u{fffd}"],
  ["half a character", "\ud800x", "\u{fffd}x"],
  ["a pile of marks", `e${"\u0301".repeat(50)}`, `e${"\u0301".repeat(4)}`],
  ["what is harmless", "é\tü\n漢字 👩\u200d🚀", "é\tü\n漢字 👩\u200d🚀"],
] as const)("%s", ([, text, shown]) => expect(printable(text)).toBe(shown));

test("one line, cut by characters and not within one", () => {
  expect(oneLine("  a\n b\t\tc\u00a0d ")).toBe("a b c d");
  expect(oneLine("🐐".repeat(201), 200)).toBe(`${"🐐".repeat(199)}…`);
  expect(oneLine("x".repeat(200), 200)).toBe("x".repeat(200));
  expect(oneLine("x".repeat(10_000_000), 5)).toBe("xxxx…");
});
