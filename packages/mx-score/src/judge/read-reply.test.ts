import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonObjects, readReply } from "./read-reply.ts";
import { Verdict } from "./rubric-question.ts";

const shape = { schema: Verdict, decision: ({ score }: Verdict) => String(score) };
const verdict = { explanation: 'it says "so" {here}', score: 0.5 };
const json = JSON.stringify(verdict);

describe("a verdict is found", () => {
  test.for([
    ["alone", json],
    ["fenced", `\`\`\`json\n${json}\n\`\`\``],
    ["in prose", `Let me see. The set {1, 2} is wrong.\n${json}\nThat's it.`],
    ["in a list", `[${json}]`],
    ["after thinking", `<think>maybe {"score": 1}</think>\n${json}`],
    ["after thinking without its first mark", `maybe {"score": 1}</think>${json}`],
    ["twice the same", `${json} and again ${json}`],
    ["indented", JSON.stringify(verdict, null, 2)],
    ["with the score as text", JSON.stringify({ ...verdict, score: "0.50" })],
  ] as const)("%s", ([, reply]) => {
    expect(readReply(reply, shape)).toEqual({ value: verdict });
  });

  test("that quotes the end of somebody's thinking", () => {
    const quoting = { explanation: "it shows </think> to the user", score: 0 };
    const reply = JSON.stringify(quoting);
    expect(readReply(reply, shape)).toEqual({ value: quoting });
    expect(readReply(`Here: ${reply}`, shape)).toEqual({ value: quoting });
  });

  test("that has no explanation", () => {
    expect(readReply('{"score":1}', shape)).toEqual({ value: { explanation: "", score: 1 } });
  });
});

describe("nothing is read, and the reason given,", () => {
  test.for([
    ["an empty reply", "  ", /is empty/],
    ["prose", "I would give it full marks", /no JSON in "I would/],
    ["a score on another scale", '{"explanation":"good","score":85}', /score: /],
    ["a negative score", '{"score":-0.1}', /score: /],
    ["a word for a score", '{"score":"high"}', /score: /],
    ["an empty text for a score", '{"score":""}', /score: /],
    ["truth for a score", '{"score":true}', /score: /],
    ["no score", '{"explanation":"good"}', /score: /],
    ["a cut-off object", '{"explanation":"good","sco', /no JSON/],
    ["thinking that does not end", '<think>so {"score":1} or', /ends in its thinking/],
    ["two verdicts", '{"score":1} or rather {"score":0}', /2 different verdicts/],
    ["NaN", '{"score":NaN}', /no JSON/],
    ["a list", "[1]", /no JSON/],
  ] as const)("%s", ([, reply, why]) => {
    const read = readReply(reply, shape);
    expect(read).toEqual({ problem: expect.stringMatching(why) as string });
  });
});

test("no reply makes it throw, or gives a score out of range", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(json, "{", "}", '"', "\\", "</think>", "<think>", '{"score":', "1e999", "}}"),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const read = readReply(pieces.join(""), shape);
      if ("value" in read) {
        expect(read.value.score).toBeGreaterThanOrEqual(0);
        expect(read.value.score).toBeLessThanOrEqual(1);
      } else expect(read.problem).not.toBe("");
    }),
  );
});

test("a long reply of braces takes no time", () => {
  const began = performance.now();
  expect(jsonObjects("{".repeat(2_000_000))).toEqual([]);
  expect(jsonObjects('{"'.repeat(1_000_000))).toEqual([]);
  expect(performance.now() - began).toBeLessThan(5_000);
});
