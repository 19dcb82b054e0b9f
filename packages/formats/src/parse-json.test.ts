import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseJson } from "./parse-json.ts";
import { partialJson } from "./partial-json.ts";

test.for([
  ['{"a": NaN}', { a: null }],
  ["[Infinity,-Infinity,NaN, -1]", [null, null, null, -1]],
  ['{"NaN": "NaN", "b": "\\"NaN", "c":[NaN]}', { NaN: "NaN", b: '"NaN', c: [null] }],
  ['{"a": "Infinity \\\\", "b": Infinity}', { a: "Infinity \\", b: null }],
])("%s", ([text, value]) => {
  expect(parseJson(text as string)).toEqual(value);
});

test.for(["{NaN: 1}", "NaNa", "[xNaN]", '{"a": NaN', "[1NaN]", ""])("%s is no JSON", (text) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
});

test("any value in which some numbers are none", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom("NaN", "-Infinity", "Infinity"), (value, bare) => {
      const text = JSON.stringify({ value, bare: 0, text: bare }).replace(
        '"bare":0',
        `"bare":${bare}`,
      );
      // The replaced text may also stand in a string of the value, where it has to stay.
      if (text.split(`"bare":${bare}`).length !== 2) return;
      expect(parseJson(text)).toEqual({
        value: JSON.parse(JSON.stringify(value)),
        bare: null,
        text: bare,
      });
    }),
  );
});

test("the beginning of a document, as far as it is whole", () => {
  const text = '\u{feff}{"info": {"a": 1, "b": [1, "x]", 3], "c": "cut he';
  expect(partialJson(Buffer.from(text))).toEqual({ info: { a: 1, b: [1, "x]", 3] } });
  expect(partialJson(Buffer.from('[{"a": 1}, {"b": tr'))).toEqual([{ a: 1 }, {}]);
  expect(partialJson(Buffer.from('{"a": 1}\n{"b": 2}\n'))).toEqual({ a: 1 });
  expect(partialJson(Buffer.from('{"a": 1'))).toEqual({});
  for (const text of ["", "  ", "x", '"a"', "12", "{]"]) {
    expect(partialJson(Buffer.from(text))).toBeUndefined();
  }
});

test("any beginning of any list has the beginning of its items", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), fc.nat(1000), (items, cut) => {
      const text = Buffer.from(JSON.stringify(items));
      const found = partialJson(text.subarray(0, 1 + (cut % text.length))) as unknown[];
      const whole = JSON.parse(text.toString()) as unknown[];
      expect(found.slice(0, -1)).toEqual(whole.slice(0, Math.max(0, found.length - 1)));
    }),
  );
});
