import { expect, test } from "vitest";
import { MinuteWindow } from "./minute-window.ts";

test("no stretch of a minute has more calls than the limit", () => {
  const window = new MinuteWindow(3, null);
  const began: number[] = [];
  for (let now = 0; began.length < 10;) {
    const wait = window.wait(now, 1);
    if (wait === 0) {
      window.take(now, 1);
      began.push(now);
      now += 7000;
    } else {
      now += wait;
    }
  }
  expect(began).toEqual([
    0, 7000, 14_000, 60_000, 67_000, 74_000, 120_000, 127_000, 134_000, 180_000,
  ]);
});

test("tokens are waited for, as many as a call needs", () => {
  const window = new MinuteWindow(null, 1000);
  window.take(0, 300);
  window.take(1000, 300);
  window.take(2000, 300);
  expect(window.wait(3000, 100)).toBe(0);
  expect(window.wait(3000, 101)).toBe(57_000);
  expect(window.wait(3000, 400)).toBe(57_000);
  expect(window.wait(3000, 401)).toBe(58_000);
  // As much as is over the limit by itself has the minute for itself.
  expect(window.wait(3000, 5000)).toBe(59_000);
  expect(window.wait(62_000, 5000)).toBe(0);
});

test("what a call really took makes room, or takes it away", () => {
  const window = new MinuteWindow(null, 1000);
  const slot = window.take(0, 900);
  expect(window.wait(1, 500)).toBeGreaterThan(0);
  window.correct(slot, 200);
  expect(window.wait(1, 500)).toBe(0);
  window.correct(slot, 600);
  expect(window.wait(1, 500)).toBeGreaterThan(0);
  // A minute later it is of no account any more.
  expect(window.wait(60_000, 1000)).toBe(0);
  window.correct(slot, 5000);
  expect(window.wait(60_000, 1000)).toBe(0);
});

test("both limits hold, and the longer wait counts", () => {
  const window = new MinuteWindow(2, 100);
  window.take(0, 10);
  window.take(1000, 90);
  expect(window.wait(2000, 5)).toBe(58_000);
  expect(window.wait(2000, 50)).toBe(59_000);
});

test("thousands of calls are forgotten as they get old", () => {
  const window = new MinuteWindow(5000, null);
  for (let now = 0; now < 600_000; now += 20) {
    expect(window.wait(now, 0)).toBe(0);
    window.take(now, 0);
  }
});
