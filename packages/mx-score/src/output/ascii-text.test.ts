import { expect, test } from "vitest";
import { asciiText } from "./ascii-text.ts";

test("ASCII keeps letters, and says that there was something else", () => {
  expect(asciiText("naïve · déjà vu… ½ 漢字 🐐 “x” ✗")).toBe('naive | deja vu... 1?2 ?? ? "x" x');
});
