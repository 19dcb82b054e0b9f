import { ExitCode, MxError } from "@mx/cli";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withRetries } from "./retry-policy.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  vi.mock("node:timers/promises", () => ({
    setTimeout: (ms: number, _: undefined, { signal }: { signal?: AbortSignal } = {}) =>
      new Promise<void>((resolve, reject) => {
        setTimeout(resolve, ms);
        signal?.addEventListener("abort", () => reject(signal.reason as Error));
      }),
  }));
});
afterEach(() => {
  vi.useRealTimers();
});

const minute = 60_000;
const policy = { firstMs: 500, mostMs: minute, forMs: 30 * minute };
const unavailable = () => Object.assign(new Error("no route"), { code: 14, details: "no route" });

/** A call that fails until `ms` have passed. */
function failing(ms: number, error: () => Error) {
  const until = Date.now() + ms;
  const call = vi.fn(async () => {
    if (Date.now() < until) throw error();
    return "made";
  });
  return call;
}

test("a network that is gone for 20 minutes costs time, some tries, and nothing else", async () => {
  const call = failing(20 * minute, unavailable);
  const begun = Date.now();
  const result = withRetries(call, policy);
  await vi.advanceTimersByTimeAsync(22 * minute);
  expect(await result).toBe("made");
  expect(call.mock.calls.length).toBeGreaterThan(20);
  expect(call.mock.calls.length).toBeLessThan(60);
  expect(Date.now() - begun).toBe(22 * minute);
});

test("it is given up after the time that is set, with the last failure", async () => {
  const call = failing(Number.POSITIVE_INFINITY, unavailable);
  const result = withRetries(call, policy).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(30 * minute);
  expect(await result).toMatchObject({ details: "no route" });
  expect(call.mock.calls.length).toBeLessThan(80);
});

test.for([
  Object.assign(new Error("no"), { code: 7 }),
  Object.assign(new Error("bad request"), { code: 3 }),
  new MxError("no image", { code: "modal_image_failed", exitCode: ExitCode.unavailable }),
])("what will not pass is not tried again: %s", async (error) => {
  const call = failing(minute, () => error);
  await expect(withRetries(call, policy)).rejects.toBe(error);
  expect(call).toHaveBeenCalledTimes(1);
});

test("a signal ends the wait", async () => {
  const controller = new AbortController();
  const call = failing(minute, unavailable);
  const result = withRetries(call, policy, controller.signal).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(5000);
  const tries = call.mock.calls.length;
  controller.abort();
  expect(await result).toMatchObject({ details: "no route" });
  await vi.advanceTimersByTimeAsync(minute);
  expect(call).toHaveBeenCalledTimes(tries);
});
