import { expect, test } from "vitest";
import { CreationPace } from "./creation-pace.ts";

const elapsed = async (work: () => Promise<void>) => {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};

test("a burst goes at once, what is more at the pace", async () => {
  const pace = new CreationPace({ mostPerSecond: 100, burst: 20 });
  const ms = await elapsed(async () => {
    for (let n = 0; n < 40; n += 1) await pace.take();
  });
  expect(ms).toBeGreaterThan(180);
});

test("refusals halve the pace, once for those that come together, and creations bring it back", () => {
  const pace = new CreationPace({ mostPerSecond: 20, burst: 10 });
  for (let n = 0; n < 5; n += 1) pace.refused();
  expect(pace.perSecond).toBe(10);
  for (let n = 0; n < 10; n += 1) pace.succeeded();
  expect(pace.perSecond).toBeGreaterThan(10.9);
  for (let n = 0; n < 10_000; n += 1) pace.succeeded();
  expect(pace.perSecond).toBe(20);
});

test("a signal ends the wait for a turn", async () => {
  const pace = new CreationPace({ mostPerSecond: 0.1, burst: 1 });
  await pace.take();
  const controller = new AbortController();
  const waiting = pace.take(controller.signal);
  controller.abort();
  await waiting;
});
