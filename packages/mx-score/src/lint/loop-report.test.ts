import { expect, test } from "vitest";
import { loopReport } from "./loop-report.ts";

const filler = (length: number) =>
  Array.from({ length }, (_, i) => String.fromCharCode(0x100 + ((i * i) % 4093))).join("");

test.for([
  { title: "a word 25 times", text: "abc".repeat(25), share: 1, significant: true },
  {
    title: "spaces that are 14 %",
    text: filler(300) + " ".repeat(50),
    share: 50 / 350,
    significant: false,
  },
  { title: "short, just 40 %", text: filler(60) + "-".repeat(40), share: 0.4, significant: false },
  { title: "short, over 40 %", text: filler(59) + "-".repeat(41), share: 0.41, significant: true },
  {
    title: "long, just 10 %",
    text: filler(1800) + "0123456789".repeat(20),
    share: 0.1,
    significant: false,
  },
  {
    title: "long, over 10 %",
    text: filler(1799) + "0123456789".repeat(20),
    share: 200 / 1999,
    significant: true,
  },
  // All loops count, and the worst one decides by which rule.
  {
    title: "two",
    text: filler(100) + "=".repeat(30) + filler(100) + "0123456789".repeat(20),
    share: 230 / 430,
    significant: true,
  },
  { title: "none", text: "an ordinary answer", share: 0, significant: false },
  { title: "nothing", text: "", share: null, significant: false },
  // Nine characters, though 18 units of UTF-16.
  {
    title: "characters",
    text:
      filler(600) +
      "\u{1f600}\u{1f601}\u{1f602}\u{1f603}\u{1f604}\u{1f605}\u{1f606}\u{1f607}\u{1f608}".repeat(
        20,
      ),
    share: 180 / 780,
    significant: false,
  },
])("$title", ({ text, share, significant }) => {
  const report = loopReport(text);
  expect(report.significant).toBe(significant);
  if (share === null) expect(report.share).toBeNull();
  else expect(report.share).toBeCloseTo(share, 12);
});

test("the worst loop has the most characters, and of two the shorter pattern", () => {
  expect(loopReport("a".repeat(30) + "-" + "bc".repeat(20)).worst).toMatchObject({ period: 2 });
  expect(loopReport("bc".repeat(20) + "-" + "a".repeat(40)).worst).toMatchObject({ period: 1 });
});

test("loops that share characters count them once", () => {
  const report = loopReport("ab".repeat(30) + "ac".repeat(30));
  expect(report).toMatchObject({ loopChars: 120, textChars: 120, share: 1 });
  expect(report.loops).toHaveLength(2);
});

test("rule and number of repeats can be chosen", () => {
  const text = filler(80) + "abcde".repeat(10);
  expect(loopReport(text).significant).toBe(false);
  const rule = { shortPeriod: 5, shortShare: 0.9, share: 0.3 };
  expect(loopReport(text, { minRepeats: 10, rule }).significant).toBe(true);
});
