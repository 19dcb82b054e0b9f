import fc from "fast-check";
import { expect, test } from "vitest";
import { cutMiddle } from "./cut-middle.ts";

test("a text within the limit stays as it is", () => {
  expect(cutMiddle("abc", 3)).toBe("abc");
});

test("a longer one keeps its ends and says how much is left out", () => {
  expect(cutMiddle("0123456789", 5)).toBe(
    "012\n[... 5 of 10 characters are left out here ...]\n89",
  );
});

test("the result can be sent as UTF-8 and is not longer than the limit and the mark", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), fc.nat(100), (text, limit) => {
      const cut = cutMiddle(text, limit);
      expect(cut.isWellFormed()).toBe(true);
      expect(cut.length).toBeLessThanOrEqual(limit + 70);
    }),
  );
});
