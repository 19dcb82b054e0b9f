import * as fc from "fast-check";
import { expect, test } from "vitest";
import { JsonSlicer, type JsonSlice, type Want } from "./json-slicer.ts";

function slice(text: string, cuts: number[], want: (member: string) => Want = () => "whole") {
  const bytes = Buffer.from(text);
  const slicer = new JsonSlicer(want);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  const slices: JsonSlice[] = [];
  let start = 0;
  for (const end of ends) {
    slices.push(...slicer.push(bytes.subarray(start, end)));
    start = end;
  }
  slicer.end();
  return slices;
}

const values = (slices: JsonSlice[]) =>
  slices.map(({ bytes }) => JSON.parse(bytes.toString()) as unknown);
const cuts = fc.array(fc.nat(5000), { maxLength: 20 });
const spaces = fc.constantFrom(undefined, 1, "\t");

test("the items of a list, wherever its chunks are cut", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), spaces, cuts, (items, indent, at) => {
      const slices = slice(JSON.stringify(items, null, indent), at);
      expect(values(slices)).toEqual(JSON.parse(JSON.stringify(items)));
      expect(slices.map(({ index }) => index)).toEqual(items.map((_, index) => index));
    }),
  );
});

test("the members of an object, wherever its chunks are cut", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), spaces, cuts, (object, indent, at) => {
      const text = JSON.stringify(object, null, indent);
      const slices = slice(text, at);
      const found = slices.map(({ member, bytes }) => [member, JSON.parse(bytes.toString())]);
      expect(Object.fromEntries(found)).toEqual(JSON.parse(text));
    }),
  );
});

test("items of one member, another whole, the rest not at all; offsets are of the file", () => {
  const text = '{"a": [1, {"b": [2]}], "c": [3], "skip": {"a": [4]}, "d": "]}"}';
  const wants: Record<string, Want> = { a: "items", c: "whole", skip: "skip", d: "items" };
  const slices = slice(text, [3, 9, 17, 30], (member) => wants[member]!);
  expect(
    slices.map(({ member, index, bytes, offset }) => [member, index, bytes.toString(), offset]),
  ).toEqual([
    ["a", 0, "1", 7],
    ["a", 1, '{"b": [2]}', 10],
    ["c", null, "[3]", 28],
    ["d", null, '"]}"', 58],
  ]);
});

test("a byte order mark is no part of it", () => {
  expect(values(slice("\u{feff}[1]", []))).toEqual([1]);
});

test.for([
  ["", "empty"],
  ["  \n", "empty"],
  ["[1, 2", "cut off: the document does not end"],
  ['{"a": ', "cut off: the document does not end"],
  ['[{"a": "b', "cut off: the document does not end"],
  ["hello", "not JSON, at byte 0"],
  ["[1] 2", "text after the end of the document, at byte 4"],
  ["[1}", "not JSON, at byte 2"],
  ['{"a" 1}', "not JSON, at byte 5"],
  ["{1: 2}", "not JSON, at byte 1"],
  ['{"\\u12": 1}', "not JSON: the name of a member"],
])("%j: %s", ([text, why]) => {
  expect(() => slice(text!, [])).toThrow(why);
});

test("what is nested too deeply says so", () => {
  const [item] = slice(`[${"[".repeat(300)}${"]".repeat(300)}]`, []);
  expect(item!.problem).toBe("nested too deeply");
});
