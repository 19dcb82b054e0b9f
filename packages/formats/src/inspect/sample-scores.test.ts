import { expect, test } from "vitest";
import { logHeader } from "./log-header.ts";
import { sampleScores } from "./sample-scores.ts";

const header = (results: unknown, scorers: unknown = []) =>
  logHeader({ eval: { task: "t", scorers }, results }, "log");

const match = { name: "match", scorer: "match" };
const dict = { value: { a: "C", b: 0.25 } };

test.for([
  ["one scorer", { match: { value: "C" } }, { scores: [match] }, { match: 1 }, 1],
  [
    "the first of the results",
    { other: { value: 0 }, match: { value: "P" } },
    { scores: [match] },
    { other: 0, match: 0.5 },
    0.5,
  ],
  [
    "the sample's first without results",
    { x: { value: 1 }, y: { value: 0 } },
    null,
    { x: 1, y: 0 },
    1,
  ],
  [
    "the headline",
    { x: { value: 1 }, y: { value: 0 } },
    { headline: { scorer: "y" }, scores: [match] },
    { x: 1, y: 0 },
    0,
  ],
  [
    "a scorer that this sample has not",
    { x: { value: 0.5 } },
    { scores: [match] },
    { x: 0.5 },
    0.5,
  ],
  [
    "an object, its headline",
    { multi: dict },
    { headline: { scorer: "multi", score: "b" } },
    { "multi.a": 1, "multi.b": 0.25 },
    0.25,
  ],
  [
    "an object, by the results",
    { multi: dict },
    { scores: [{ name: "b", scorer: "multi" }] },
    { "multi.a": 1, "multi.b": 0.25 },
    0.25,
  ],
  ["an object, its first", { multi: dict }, null, { "multi.a": 1, "multi.b": 0.25 }, 1],
  ["a list has no speaker", { l: { value: [1, 0] } }, null, { "l.0": 1, "l.1": 0 }, null],
  ["an empty object", { l: { value: {} } }, null, {}, null],
  ["not scored", { match: { value: null } }, { scores: [match] }, { match: null }, null],
  ["no score", {}, null, {}, null],
  ["an old log", { "88F74D2C": { value: "C" } }, { scorer: { name: "match" } }, { match: 1 }, 1],
  ["wrong types", { a: 1, b: null, c: [] }, { scores: "x", headline: 3 }, {}, null],
] as const)("%s", ([, scores, results, wanted, reward]) => {
  const found = sampleScores({ scores }, header(results));
  expect(
    Object.fromEntries(Object.entries(found.scores).map(([name, { value }]) => [name, value])),
  ).toEqual(wanted);
  expect(found.reward).toBe(reward);
});

test("the only score of a very old sample", () => {
  expect(sampleScores({ score: { value: "I" } }, header(null)).reward).toBe(0);
});

test("scorers with other options are other graders", () => {
  const graderOf = (options: unknown) =>
    sampleScores({ scores: { m: { value: 1 } } }, header(null, [{ name: "m", options }])).scores[
      "m"
    ]!.grader as { digest?: string };
  expect(graderOf({ model: "a" }).digest).not.toBe(graderOf({ model: "b" }).digest);
  expect(graderOf({}).digest).toBeUndefined();
});
