import { printable } from "@mx/cli";
import fc from "fast-check";
import { expect, test } from "vitest";
import { csvRow } from "./csv-text.ts";
import { parseCsv } from "./testing-csv.ts";

test("a row of RFC 4180; what is not known is empty, and numbers keep their digits and signs", () => {
  expect(csvRow(["a", 'say "x"', "b,c", "d\ne", null, undefined, -0.1, 1e-7, true])).toBe(
    'a,"say ""x""","b,c","d\ne",,,-0.1,1e-7,true\r\n',
  );
});

test.for([
  ["=1+1", "'=1+1"],
  ["+skills", "'+skills"],
  ["-", "'-"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["  =1", "'  =1"],
  ["\t=1", "'\t=1"],
  ["＝1", "'＝1"],
  ["a=1", "a=1"],
  ["", ""],
  ["\u001b[31m", "\u{fffd}[31m"],
] as const)("%j is written as %j", ([text, written]) => {
  expect(parseCsv(csvRow([text, 1]))).toEqual([[written, "1"]]);
});

test("any text comes back, and none of it is a formula", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 2 }), (cells) => {
      const [row = [], ...rest] = parseCsv(csvRow(cells));
      expect(rest).toEqual([]);
      expect(row).toHaveLength(cells.length);
      for (const [n, cell] of row.entries()) {
        const shown = printable(cells[n] ?? "");
        expect([shown, `'${shown}`]).toContain(cell);
        expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
      }
    }),
  );
});

test("the parser of these tests is strict", () => {
  for (const text of ['a"b\r\n', '"a"b\r\n', "a\nb\r\n", '"a\r\n', "a,b"]) {
    expect(() => parseCsv(text)).toThrow("not RFC 4180");
  }
});
