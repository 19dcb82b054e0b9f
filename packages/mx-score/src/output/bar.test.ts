import fc from "fast-check";
import { expect, test } from "vitest";
import { axisLabels, differenceAxis, meanAxis, type Axis } from "./axis.ts";
import { bar, intervalBar } from "./bar.ts";
import { asciiGlyphs, unicodeGlyphs } from "./glyphs.ts";
import { textWidth } from "./text-width.ts";

const unit: Axis = { min: 0, max: 1 };
const signed: Axis = { min: -1, max: 1 };

test.for([
  [{ value: 0 }, "▕          ▏", "[          ]"],
  [{ value: 1 }, "▕██████████▏", "[##########]"],
  [{ value: 0.55 }, "▕█████▌    ▏", "[######    ]"],
  [{ value: 0.798 }, "▕████████  ▏", "[########  ]"],
  [{ value: 0.55, low: 0.3, high: 0.8 }, "▕███▓▓▌─┤  ▏", "[###===-|  ]"],
  [{ value: 0.5, low: 0, high: 1 }, "▕▓▓▓▓▓────┤▏", "[=====----|]"],
  [{ value: 0, low: 0, high: 0.2 }, "▕─┤        ▏", "[-|        ]"],
  [{ value: 1, low: 0.9, high: 1 }, "▕█████████▓▏", "[#########=]"],
  [{ value: 0.5, low: null, high: null }, "▕█████     ▏", "[#####     ]"],
  [{ value: null, low: 0, high: 1 }, "-", "-"],
] as const)("from 0: %j", ([estimate, unicode, ascii]) => {
  expect(bar(estimate, unit, 12, unicodeGlyphs)).toBe(unicode);
  expect(bar(estimate, unit, 12, asciiGlyphs)).toBe(ascii);
});

test.for([
  [{ value: 0.5, low: 0.25, high: 0.75 }, "▕     │├─●┤ ▏", "[     :|-o| ]"],
  [{ value: 0.1, low: -0.4, high: 0.6 }, "▕   ├─┼●─┤  ▏", "[   |-+o-|  ]"],
  [{ value: 0, low: -1, high: 1 }, "▕├────●────┤▏", "[|----o----|]"],
  [{ value: 0.3, low: 0.001, high: 0.6 }, "▕     │├●┤  ▏", "[     :|o|  ]"],
  [{ value: -0.3, low: -0.6, high: -0.001 }, "▕  ├─●│     ▏", "[  |-o:     ]"],
  [{ value: 0.2 }, "▕     │●    ▏", "[     :o    ]"],
  [{ value: null }, "-", "-"],
] as const)("around 0: %j", ([estimate, unicode, ascii]) => {
  expect(intervalBar(estimate, signed, 13, unicodeGlyphs)).toBe(unicode);
  expect(intervalBar(estimate, signed, 13, asciiGlyphs)).toBe(ascii);
});

test.for([
  [[{ value: 0.2, low: 0.1, high: 0.3 }], unit],
  [[{ value: null, low: null, high: null }], unit],
  [[], unit],
  [[{ value: 3.3, low: 2.1, high: 4.4 }], { min: 0, max: 5 }],
  [[{ value: 180 }, { value: -3 }], { min: -5, max: 200 }],
  [[{ value: -3 }], { min: -5, max: 1 }],
] as const)("the scale of %j", ([estimates, axis]) => expect(meanAxis(estimates)).toEqual(axis));

test("a difference has 0 in the middle, and the ends say how far they are", () => {
  const axis = differenceAxis([{ value: 0.08, low: -0.01, high: 0.17 }]);
  expect(axis).toEqual({ min: -0.2, max: 0.2 });
  expect(axisLabels(axis, 21)).toBe(" -0.2     0      0.2 ");
  expect(axisLabels(unit, 12)).toBe(" 0        1 ");
  expect(axisLabels({ min: -0.0025, max: 0.0025 }, 13)).toBe(" ".repeat(13));
});

test("a bar is as wide as it was asked to be, and shows on which side of 0 an interval is", () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });
  const estimates = fc.array(
    fc.tuple(value, value, value).map((three) => {
      const [low, middle, high] = three.sort((a, b) => a - b);
      return { value: middle, low, high };
    }),
    { minLength: 1, maxLength: 4 },
  );
  const widths = fc.integer({ min: 4, max: 20 }).map((half) => 2 * half + 1);
  fc.assert(
    fc.property(estimates, widths, (all, width) => {
      for (const glyphs of [unicodeGlyphs, asciiGlyphs]) {
        for (const axis of [meanAxis(all), differenceAxis(all)]) {
          expect(textWidth(axisLabels(axis, width))).toBe(width);
          for (const one of all) expect(textWidth(bar(one, axis, width, glyphs))).toBe(width);
        }
        for (const one of all) {
          const cells = intervalBar(one, differenceAxis(all), width, glyphs).slice(1, -1);
          const [left, right] = [cells.slice(0, (width - 3) / 2), cells.slice((width - 1) / 2)];
          expect(left.trim() !== "").toBe(one.low < 0);
          expect(right.trim() !== "").toBe(one.high > 0);
        }
      }
    }),
  );
});
