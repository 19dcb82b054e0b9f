import { expect, test } from "vitest";
import { comparable } from "./canonical-request.ts";
import { differences, differenceText } from "./difference.ts";

const told = (recorded: string, asked: string, most = 100) =>
  differences(comparable(Buffer.from(recorded)), comparable(Buffer.from(asked)), most).map(
    differenceText,
  );

test.for([
  ['{"a":1,"b":[1,{"c":"x"}]}', '{"b":[1,{"c":"x"}],"a":1}', []],
  ['{"a":1}', '{"a":1.0}', ["a is 1.0, recorded was 1"]],
  ['{"a":[1]}', '{"a":[1,2]}', ["a[1] is new: 2"]],
  ['{"a":{"b":true}}', "{}", ['a is missing, recorded was {"b":true}']],
  ['{"a":{"b":1}}', '{"a":[1]}', ['a is [1], recorded was {"b":1}']],
  ['{"a":"1"}', '{"a":1}', ['a is 1, recorded was "1"']],
  [
    '{"constructor":1,"__proto__":{}}',
    "{}",
    ["constructor is missing, recorded was 1", "__proto__ is missing, recorded was {}"],
  ],
  ["[1]", '"x"', ['the body is "x", recorded was [1]']],
] as const)("%s and %s", ([recorded, asked, texts]) => {
  expect(told(recorded, asked)).toEqual(texts);
});

test("of long texts, the place is shown where they begin to differ", () => {
  const long = "same ".repeat(100);
  const [text = ""] = told(
    JSON.stringify({ a: `${long}then ${long}` }),
    JSON.stringify({ a: `${long}now ${long}` }),
  );
  expect(text).toMatch(/^a is …same same same same now same/);
  expect(text.length).toBeLessThan(200);
});

test("no more differences are looked for than are asked for", () => {
  expect(told("[1,2,3]", "[4,5,6]", 2).length).toBe(2);
});
