import { expect, test } from "vitest";
import { canonicalDigest, comparable, shown } from "./canonical-request.ts";

const digest = (body: string | Buffer) => canonicalDigest("POST", "/v1/x", Buffer.from(body));

test.for([
  ['{"a":1,"b":{"c":[1,2],"d":null}}', ' {"b" : {"d":null,\n"c":[1, 2]}, "a":1 }', true],
  ['{"a":9007199254740993}', '{"a":9007199254740992}', false],
  ['{"a":1}', '{"a":"1"}', false],
  ['{"a":[1,2]}', '{"a":[2,1]}', false],
  ['{"a":"\\\\","1":2}', '{"1":2,"a":"\\\\"}', true],
  ['{"a":"\\u00e4 \\"1"}', '{"a":"ä \\"1"}', true],
  ["not JSON", "not  JSON", false],
] as const)("%s and %s: %s", ([a, b, same]) => {
  expect(digest(a) === digest(b)).toBe(same);
});

test("a body with millions of escapes is read", () => {
  const body = JSON.stringify({ text: '\\\\"\n'.repeat(500_000), n: -1.5e3 });
  expect(shown((comparable(Buffer.from(body)) as { n: unknown }).n)).toBe("-1500");
});

test("a body that is nested very deeply is told from another", () => {
  const deep = (leaf: string) => "[".repeat(200_000) + leaf + "]".repeat(200_000);
  expect(digest(deep("1"))).not.toBe(digest(deep("2")));
});

test("bytes that are no text are not taken for one", () => {
  expect(comparable(Buffer.from([0x22, 0xff, 0x22]))).toBeUndefined();
  expect(digest(Buffer.from([0xff]))).not.toBe(digest(Buffer.from([0xfe])));
});
