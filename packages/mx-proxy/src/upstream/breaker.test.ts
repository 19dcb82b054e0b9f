import { beforeEach, expect, test } from "vitest";
import { Breaker } from "./breaker.ts";

let now = 0;
let notes: string[] = [];
let breaker: Breaker;
beforeEach(() => {
  now = 0;
  notes = [];
  const note = (text: string) => notes.push(text);
  breaker = new Breaker("a", { failures: 3, coolDownMs: 1000 }, note, () => now);
});

function fail(times: number): void {
  for (let count = 0; count < times; count += 1) {
    breaker.enter();
    breaker.failed();
  }
}

test("so many failures in a row open it; one answer in between begins anew", () => {
  fail(2);
  breaker.worked();
  fail(2);
  expect([breaker.state, breaker.allows]).toEqual(["closed", true]);
  fail(1);
  expect([breaker.state, breaker.allows]).toEqual(["open", false]);
  expect(notes).toEqual([
    "a failed 3 times in a row: passed over for 1 s where another can answer",
  ]);
});

test("after the cool-down one call tries it, and no other before that one is over", () => {
  fail(3);
  now = 1000;
  expect([breaker.state, breaker.allows]).toEqual(["half_open", true]);
  breaker.enter();
  expect(breaker.allows).toBe(false);
  breaker.worked();
  expect([breaker.state, breaker.allows]).toEqual(["closed", true]);
  expect(notes[1]).toBe("a answers again");
});

test("a call that was given up lets the next one try", () => {
  fail(3);
  now = 1000;
  breaker.enter();
  breaker.leave();
  expect(breaker.allows).toBe(true);
});

test("each cool-down after the first is twice as long, up to two minutes; an answer makes it short again", () => {
  fail(3);
  const ends: number[] = [];
  for (let count = 0; count < 9; count += 1) {
    const opened = now;
    while (breaker.state === "open") now += 500;
    ends.push(now - opened);
    fail(1);
  }
  expect(ends).toEqual([1, 2, 4, 8, 16, 32, 64, 120, 120].map((seconds) => seconds * 1000));
  breaker.worked();
  fail(3);
  now += 1000;
  expect(breaker.state).toBe("half_open");
});

test("calls that had begun before it opened neither open it again nor make it wait longer", () => {
  fail(3);
  now = 500;
  breaker.failed();
  breaker.failed();
  now = 1000;
  expect(breaker.state).toBe("half_open");
});
