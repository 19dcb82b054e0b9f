import { expect, test } from "vitest";
import { compareJson, followPointer } from "./compare-json.ts";
import { compareText } from "./compare-text.ts";

test.for([
  { text: " 42\n", wanted: { equals: "42" }, passed: true },
  { text: "42 ", wanted: { equals: "43" }, passed: false },
  { text: "the answer is 42", wanted: { contains: "42" }, passed: true },
  { text: "the answer is 42", wanted: { contains: "43" }, passed: false },
  { text: "the answer is 42", wanted: { contains: "42", matches: "^42" }, passed: false },
  { text: "é", wanted: { matches: "^\\p{L}$" }, passed: true },
  { text: "anything", wanted: { matches: "(" }, passed: null },
  { text: `${"a".repeat(40)}!`, wanted: { matches: "^(a+)+$" }, passed: null },
  { text: "anything", wanted: {}, passed: true },
])("compareText %j", ({ text, wanted, passed }) => {
  expect(compareText(text, wanted, (all) => all).passed).toBe(passed);
});

test.for([
  { text: '{"b":[1,2],"a":1.0}', pointer: "", expected: { a: 1, b: [1, 2] }, passed: true },
  { text: '{"a/b":{"~":[null]}}', pointer: "/a~1b/~0/0", expected: null, passed: true },
  { text: '{"a":1}', pointer: "/b", expected: null, passed: false },
  { text: '{"a":1}', pointer: "/toString", expected: null, passed: false },
  { text: "4", pointer: "", expected: 4, passed: true },
  { text: "four", pointer: "", expected: 4, passed: false },
  { text: "[1,2]", pointer: "", expected: [2, 1], passed: false },
])("compareJson %j", ({ text, pointer, expected, passed }) => {
  expect(compareJson(text, pointer, expected, (all) => all).passed).toBe(passed);
});

test("a pointer never finds what the document does not own", () => {
  expect(followPointer({}, "/__proto__")).toBeUndefined();
});

test("a secret that an explanation would cut in half is masked before", () => {
  const secret = "s".repeat(200);
  const mask = (text: string) => text.replaceAll(secret, "***");
  expect(compareText(secret, { equals: "x" }, mask).explanation).toBe('expected "x", found "***"');
});
