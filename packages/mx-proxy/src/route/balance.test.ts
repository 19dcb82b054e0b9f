import { expect, test } from "vitest";
import { plainUpstream } from "../config/plain-upstream.ts";
import { Api } from "../upstream/api.ts";
import { give, leastOutstanding, sticky, type Candidate } from "./balance.ts";

function candidates(...weights: number[]): Candidate[] {
  return weights.map((weight, at) => {
    const plain = plainUpstream(`u${at}`, new URL("http://127.0.0.1:1/v1"), null);
    const api = new Api({ ...plain, connectTimeoutMs: 1000 }, () => {});
    return { api, model: null, weight, served: 0 };
  });
}

/** Gives a call to one of them, which it keeps. */
function call(all: Candidate[], pick: (all: Candidate[]) => Candidate): Candidate {
  const one = pick(all);
  give(one, all);
  one.api.gate.active += 1;
  return one;
}

const active = (all: Candidate[]) => all.map(({ api }) => api.gate.active);

test("least outstanding: even, and by weight", () => {
  const even = candidates(1, 1, 1);
  for (let count = 0; count < 30; count += 1) call(even, leastOutstanding);
  expect(active(even)).toEqual([10, 10, 10]);
  const uneven = candidates(3, 1);
  for (let count = 0; count < 40; count += 1) call(uneven, leastOutstanding);
  expect(active(uneven)).toEqual([30, 10]);
});

test("calls one after the other are shared by weight, too", () => {
  const all = candidates(3, 1);
  const counts = new Map<Candidate, number>();
  for (let count = 0; count < 400; count += 1) {
    const one = call(all, leastOutstanding);
    one.api.gate.active -= 1;
    counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  expect([...counts.values()]).toEqual([300, 100]);
});

test("one that was away gets its share from then on, and no more", () => {
  const all = candidates(1, 1);
  const [stayed, away] = all;
  if (stayed === undefined || away === undefined) throw new Error("none");
  for (let count = 0; count < 1000; count += 1) give(stayed, all);
  let back = 0;
  for (let count = 0; count < 100; count += 1) {
    const one = call(all, leastOutstanding);
    one.api.gate.active -= 1;
    if (one === away) back += 1;
  }
  expect(Math.abs(back - 50)).toBeLessThan(3);
});

test("the busiest gets none", () => {
  const all = candidates(1, 1);
  const [slow, quick] = all;
  if (slow === undefined || quick === undefined) throw new Error("none");
  slow.api.gate.active = 5;
  expect(leastOutstanding(all)).toBe(quick);
});

test("sticky: a key stays with its upstream, and keys are spread", () => {
  const all = candidates(1, 1, 1, 1);
  const counts = new Map<Candidate, number>();
  for (let key = 0; key < 2000; key += 1) {
    const one = sticky(all, `trial-${key}`);
    expect(sticky(all, `trial-${key}`)).toBe(one);
    counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  expect(counts.size).toBe(4);
  for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(100);
});

test("sticky: when an upstream goes, only its own keys move", () => {
  const all = candidates(1, 1, 1, 1);
  const without = all.slice(1);
  for (let key = 0; key < 500; key += 1) {
    const before = sticky(all, `k${key}`);
    if (before !== all[0]) expect(sticky(without, `k${key}`)).toBe(before);
  }
});

test("sticky: weights are shares of the keys", () => {
  const all = candidates(3, 1);
  let first = 0;
  for (let key = 0; key < 2000; key += 1) if (sticky(all, `k${key}`) === all[0]) first += 1;
  expect(Math.abs(first - 1500)).toBeLessThan(120);
});

test("bounded load: one hot key spills over, and none has more than 1.25 times the mean", () => {
  const all = candidates(1, 1, 1, 1);
  for (let count = 0; count < 100; count += 1) call(all, (some) => sticky(some, "hot"));
  const most = Math.max(...active(all));
  expect(most).toBeLessThanOrEqual(Math.ceil(1.25 * 25));
  expect(most).toBeGreaterThan(25);
});
