import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { HourlyMeter } from "./hourly-cost.ts";
import { picoUsd } from "./money.ts";

const second = 1_000_000_000n;

/** A meter whose clock the test sets. */
function metered(usdPerHour: number): { meter: HourlyMeter; pass: (ns: bigint) => void } {
  let now = 5n;
  return { meter: new HourlyMeter(usdPerHour, () => now), pass: (ns) => (now += ns) };
}

test("a call that is alone pays for its time; time in which nobody calls is free", () => {
  const { meter, pass } = metered(3.6);
  for (let call = 0; call < 3; call += 1) {
    const end = meter.begin();
    pass(10n * second);
    expect(end()).toBe(0.01);
    pass(1000n * second);
  }
});

test("calls that are under way at the same time share the price of each moment", () => {
  const { meter, pass } = metered(3.6);
  const first = meter.begin();
  pass(10n * second);
  const second_ = meter.begin();
  const third = meter.begin();
  pass(30n * second);
  expect(first()).toBe(0.02);
  pass(10n * second);
  expect(second_()).toBe(0.015);
  expect(third()).toBe(0.015);
  expect(second_()).toBe(0.015);
});

test("whatever calls come and go, their costs add up to the price of the busy time, to the picodollar", () => {
  // A generator of its own, so that what fails can be played again.
  let seed = 7;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  for (const usd of [0.000_1, 1.99, 32.77, 3999.99]) {
    const { meter, pass } = metered(usd);
    const running: (() => number)[] = [];
    let busy = 0n;
    let sum = 0n;
    for (let step = 0; step < 20_000; step += 1) {
      const ns = BigInt(random(50_000_000));
      if (running.length > 0) busy += ns;
      pass(ns);
      if (running.length === 0 || (running.length < 40 && random(2) === 0)) {
        running.push(meter.begin());
      } else {
        const [end] = running.splice(random(running.length), 1);
        const cost = end?.() ?? 0;
        expect(cost).toBeGreaterThanOrEqual(0);
        sum += picoUsd(cost);
      }
      if (running.length === 0) expect(sum).toBe((busy * picoUsd(usd)) / 3_600_000_000_000n);
    }
    for (const end of running) sum += picoUsd(end());
    expect(sum).toBe((busy * picoUsd(usd)) / 3_600_000_000_000n);
  }
});

test("the usual clock is the machine's", async () => {
  const end = new HourlyMeter(3600).begin();
  const began = performance.now();
  await sleep(30);
  const cost = end();
  expect(cost).toBeGreaterThanOrEqual(0.029);
  expect(cost).toBeLessThanOrEqual((performance.now() - began) / 1000 + 0.002);
});
