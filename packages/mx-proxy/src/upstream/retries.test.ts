import { expect, test } from "vitest";
import { Retries } from "./retries.ts";

function pauses(retries: Retries, askedMs: number | null): number[] {
  const taken: number[] = [];
  for (let pause = retries.pause(askedMs); pause !== null; pause = retries.pause(askedMs)) {
    retries.take(pause);
    taken.push(pause);
  }
  return taken;
}

test("there are as many tries as were asked for, and their pauses grow", () => {
  const taken = pauses(new Retries({ retries: 4, budgetMs: 60_000 }), null);
  expect(taken.length).toBe(4);
  for (const [n, pause] of taken.entries()) expect(pause).toBeLessThan(500 * 2 ** n);
});

test("all pauses together stay within the budget", () => {
  const taken = pauses(new Retries({ retries: 1000, budgetMs: 60_000 }), null);
  expect(taken.reduce((sum, pause) => sum + pause, 0)).toBeLessThanOrEqual(60_000);
});

test("an upstream is never asked sooner than it wants, nor in a flood where it says at once", () => {
  for (const pause of pauses(new Retries({ retries: 9, budgetMs: 60_000 }), 1000)) {
    expect(pause).toBeGreaterThanOrEqual(1000);
  }
  expect(new Retries({ retries: 9, budgetMs: 1000 }).pause(1001)).toBe(null);
  expect(pauses(new Retries({ retries: 1000, budgetMs: 60_000 }), 0).length).toBeLessThan(300);
});

test("reading a result has the budget to itself, and no count", () => {
  const retries = new Retries({ retries: 0, budgetMs: 60_000 });
  expect(retries.pause(null)).toBe(null);
  retries.read();
  expect(pauses(retries, 400).length).toBeGreaterThan(30);
});

test("the same error three times in a row is hopeless; another one in between begins anew", () => {
  const retries = new Retries({ retries: 9, budgetMs: 1 });
  expect(["a", "a", "b", "b"].some((error) => retries.hopeless(error))).toBe(false);
  retries.otherError();
  expect(["b", "b", "b"].map((error) => retries.hopeless(error))).toEqual([false, false, true]);
});
