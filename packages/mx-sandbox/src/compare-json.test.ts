import { expect, test } from "vitest";
import { compareJson } from "./compare-json.ts";

test.for<[text: string, pointer: string, expected: unknown, passed: boolean]>([
  ['{"a":[1,2],"b":null}', "", { b: null, a: [1, 2] }, true],
  ['{"a":[1,2]}', "/a/1", 2, true],
  ['{"a":[1,2]}', "/a/length", 2, false],
  ['{"a":[1,2]}', "/a/01", 2, false],
  ['{"a/b":{"~":1}}', "/a~1b/~0", 1, true],
  ['{"a":1}', "/constructor", null, false],
  ["-0.0", "", 0, true],
  ["1e2", "", 100, true],
  ["nothing", "", null, false],
])("%s at %j is %j: %s", ([text, pointer, expected, passed]) => {
  expect(compareJson(text, pointer, expected, (shown) => shown).passed).toBe(passed);
});

test.for(["", "/0"])("an answer that is nested too deeply is a miss, at %j too", (pointer) => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  expect(compareJson(deep, pointer, 1, (shown) => shown)).toEqual({
    passed: false,
    explanation: "it is nested too deeply",
  });
});
