import { expect, test } from "vitest";
import { givenKey } from "./given-key.ts";

test.for<[string, Record<string, string>]>([
  ["as a bearer token", { authorization: "Bearer k-1" }],
  ["whatever its case and spaces", { authorization: "bearer   k-1  " }],
  ["as Anthropic's clients send it", { "x-api-key": "k-1" }],
  ["as Azure's clients send it", { "api-key": " k-1 " }],
  ["twice", { authorization: "Bearer k-1", "x-api-key": "k-1", "api-key": "k-1" }],
  ["beside a header that is empty", { authorization: "Bearer ", "x-api-key": "k-1" }],
  ["beside another that is empty", { authorization: "Bearer k-1", "api-key": "" }],
])("a key is taken %s", ([, headers]) => {
  expect(givenKey(headers)).toBe("k-1");
});

test.for<[string, Record<string, string>, RegExp]>([
  ["none", {}, /no key/],
  ["an empty one", { authorization: "Bearer", "x-api-key": "" }, /no key/],
  ["a user name and password", { authorization: "Basic azpr" }, /no bearer token/],
  ["a password beside a key", { authorization: "Basic azpr", "x-api-key": "k-1" }, /no bearer/],
  ["two words", { authorization: "Bearer k 1" }, /no bearer token/],
  ["two that differ", { authorization: "Bearer k-1", "x-api-key": "k-2" }, /two keys/],
  ["two others that differ", { "api-key": "k-1", "x-api-key": "k-2" }, /two keys/],
])("%s is refused", ([, headers, message]) => {
  const refusal = givenKey(headers);
  expect(refusal).toMatchObject({ status: 401, code: "invalid_api_key" });
  expect((refusal as { message: string }).message).toMatch(message);
});
