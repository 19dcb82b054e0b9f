import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDimension } from "./dimension.ts";
import { cellText, Grid, readCell } from "./grid.ts";
import { quoteItem, splitList } from "./split-list.ts";

const grid = new Grid(
  ["env=airline,retail", "agent=act,react,fc", "model=4B,8B,14B,32B", "trial=1..5"].map(
    readDimension,
  ),
);

describe("a grid", () => {
  test.for<[number, string]>([
    [0, "env=airline,agent=act,model=4B,trial=1"],
    [24, "env=airline,agent=react,model=4B,trial=5"],
    [59, "env=airline,agent=fc,model=32B,trial=5"],
    [60, "env=retail,agent=act,model=4B,trial=1"],
    [104, "env=retail,agent=fc,model=4B,trial=5"],
    [119, "env=retail,agent=fc,model=32B,trial=5"],
  ])("cell %i is %s, and the other way round", ([index, text]) => {
    expect(cellText(grid.at(index))).toBe(text);
    expect(grid.indexOf(readCell(text))).toBe(index);
  });

  test("a cell may name its dimensions in any order", () => {
    expect(grid.indexOf(readCell("trial=5,model=32B,agent=fc,env=retail"))).toBe(119);
  });

  test("every number has a cell of its own", () => {
    const cells = new Set(Array.from({ length: grid.size }, (_, n) => cellText(grid.at(n))));
    expect(cells.size).toBe(120);
    expect(() => grid.at(120)).toThrow(/there is no cell 120/);
  });

  test.for<[string, RegExp]>([
    ["env=retail", /agent is missing/],
    ["env=retial,agent=act,model=4B,trial=1", /env has no value retial/],
    ["env=retail,agent=act,model=4,trial=1", /model has no value 4/],
    ["env=retail,agnet=act,model=4B,trial=1", /no dimension agnet/],
  ])("%s is in no grid", ([text, message]) => {
    expect(() => grid.indexOf(readCell(text))).toThrow(message);
  });
});

test.for<[string, string[]]>([
  ["a,b", ["a", "b"]],
  ["1..5", ["1", "2", "3", "4", "5"]],
  ["0,7..9", ["0", "7", "8", "9"]],
  ['"1..5"', ["1..5"]],
  ['"a,b",c', ["a,b", "c"]],
  ['"say ""x"""', ['say "x"']],
  ["a=b,c", ["a=b", "c"]],
  ["Qwen/Qwen3-4B,Qwen/Qwen3-14B", ["Qwen/Qwen3-4B", "Qwen/Qwen3-14B"]],
])("--dim x=%s", ([text, values]) => {
  expect(readDimension(`x=${text}`)).toEqual({ name: "x", values });
});

test.for<[string, RegExp]>([
  ["x", /expected NAME=VALUE/],
  ["x=", /empty value/],
  ["x=a,,b", /empty value/],
  ["x=a,a", /there twice/],
  ["x=5..1", /goes down/],
  ["x=0..9999999999", /too long/],
  ['x="a', /does not end/],
  ['x="a"b', /a comma has to follow/],
])("--dim %s is an error", ([text, message]) => {
  expect(() => readDimension(text)).toThrow(message);
});

test("any value comes back from how it is written", () => {
  const value = fc.string({ minLength: 1, unit: "grapheme" });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), (values) => {
      const list = values.map(quoteItem).join(",");
      expect(splitList(list).map(({ text }) => text)).toEqual(values);
      const cell = Object.fromEntries(values.map((one, n) => [`d${n}`, one]));
      expect(readCell(cellText(cell))).toEqual(cell);
    }),
  );
});
