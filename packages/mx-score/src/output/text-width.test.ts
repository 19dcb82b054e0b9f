import { expect, test } from "vitest";
import { cutMiddle } from "./cut-text.ts";
import { textWidth, widest } from "./text-width.ts";
import { together, wrapWords } from "./wrap-words.ts";

test.for([
  ["", 0],
  ["plain", 5],
  ["né", 2],
  ["ne\u0301", 2],
  ["漢字", 4],
  ["ﾊﾝ", 2],
  ["ＡＢ", 4],
  ["한글", 4],
  ["𠀀", 2],
  ["🐐", 2],
  ["☺", 1],
  ["☺\u{fe0f}", 2],
  ["👩\u200d🚀", 4],
  ["🇩🇪", 2],
  ["…─█", 3],
  ["\u{fffd}", 1],
] as const)("%s is %d columns wide", ([text, width]) => expect(textWidth(text)).toBe(width));

test("the widest of many texts, more than a call can have arguments", () => {
  expect(widest([])).toBe(0);
  expect(widest(Array.from({ length: 300_000 }, () => "ab"))).toBe(2);
});

test.for([
  ["claude-opus-4-20250514", 30, "claude-opus-4-20250514"],
  ["claude-opus-4-20250514", 16, "claude-o…0250514"],
  ["漢字漢字漢字", 7, "漢…漢字"],
  ["e\u0301e\u0301e\u0301e\u0301", 3, "e\u0301…e\u0301"],
  ["👩\u200d🚀👩\u200d🚀", 5, "…👩\u200d🚀"],
  ["abcdef", 2, "ab"],
  ["abcdef", 0, ""],
] as const)("%s in %d columns is %s", ([text, width, cut]) => {
  expect(cutMiddle(text, width, "…")).toBe(cut);
});

test("words stay whole, but for one that is longer than a line", () => {
  expect(wrapWords("the quick brown fox", 9, "…")).toEqual(["the quick", "brown fox"]);
  expect(wrapWords("a incomprehensibilities b", 9, "…")).toEqual(["a", "inco…ties", "b"]);
  expect(wrapWords("漢字 漢字 漢字", 9, "…")).toEqual(["漢字 漢字", "漢字"]);
  expect(wrapWords("", 9, "…")).toEqual([""]);
});

test("what belongs together is not broken, and has its spaces again", () => {
  expect(wrapWords(`then ${together("p = 0.1")} x`, 9, "…")).toEqual(["then", "p = 0.1 x"]);
});
