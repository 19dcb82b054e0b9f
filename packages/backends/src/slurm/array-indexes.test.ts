import fc from "fast-check";
import { expect, test } from "vitest";
import { compressIndexes, expandIndexes } from "./array-indexes.ts";

test.for([
  { indexes: [1, 2, 3, 5], text: "1-3,5" },
  { indexes: [7], text: "7" },
  { indexes: [5, 4, 4, 0], text: "0,4-5" },
  { indexes: [], text: "" },
])("$indexes is $text", ({ indexes, text }) => {
  expect(compressIndexes(indexes)).toBe(text);
});

test.for([
  { text: "0-15:4", indexes: [0, 4, 8, 12] },
  { text: "1-3,9%2", indexes: [1, 2, 3, 9] },
  { text: "3,1", indexes: [1, 3] },
  { text: "", indexes: null },
  { text: "3-1", indexes: null },
  { text: "1-3:0", indexes: null },
  { text: "1,,2", indexes: null },
  { text: "-1", indexes: null },
])("$text is read as $indexes", ({ text, indexes }) => {
  expect(expandIndexes(text)).toEqual(indexes);
});

test("what was compressed is read again as the same set, and no shorter form would do", () => {
  const anyIndexes = fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(anyIndexes, (indexes) => {
      const text = compressIndexes(indexes);
      const set = [...new Set(indexes)].toSorted((one, other) => one - other);
      expect(expandIndexes(text)).toEqual(set);
      const runs = set.filter((index) => !set.includes(index - 1)).length;
      expect(text.split(",")).toHaveLength(runs);
    }),
  );
});
