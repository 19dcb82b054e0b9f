import { describe, expect, test } from "vitest";
import { CallError } from "./call-error.ts";
import { retryAfter } from "@mx/cli/retry-after";
import { pauseMs, withRetries } from "./with-retries.ts";

const policy = { retries: 3, baseMs: 1, capMs: 2, askedCapMs: 5 };
const signal = new AbortController().signal;

async function triesOf(error: Error): Promise<number> {
  let tries = 0;
  const attempt = () => {
    tries += 1;
    return Promise.reject(error);
  };
  await expect(withRetries(attempt, policy, signal)).rejects.toBe(error);
  return tries;
}

test.for([
  ["none", 1],
  ["one", 2],
  ["more", 4],
] as const)("a failure worth %s gets %i tries", async ([tries, count]) => {
  expect(await triesOf(new CallError("x", { tries }))).toBe(count);
});

test("another error is not tried again", async () => {
  expect(await triesOf(new TypeError("x"))).toBe(1);
});

test("a pause ends when it is told to stop", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 20);
  const attempt = () => Promise.reject(new CallError("x", { tries: "more", retryAfterMs: 60_000 }));
  const slow = { ...policy, askedCapMs: 60_000 };
  await expect(withRetries(attempt, slow, stop.signal)).rejects.toMatchObject({
    name: "AbortError",
  });
});

describe("pauses", () => {
  const slow = { retries: 9, baseMs: 500, capMs: 30_000, askedCapMs: 120_000 };
  test.for([
    [1, null, 500],
    [2, null, 1_000],
    [7, null, 30_000],
    [60, null, 30_000],
    [1, 2_000, 2_500],
    [9, 2_000, 3_000],
    [1, 3_600_000, 120_500],
  ] as const)("after %i tries, asked for %j ms: up to %i ms", ([tries, asked, ms]) => {
    expect(pauseMs(tries, asked, slow, () => 1)).toBe(ms);
  });
});

describe("what servers ask for", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  test.for([
    [{ "retry-after": "2" }, 2_000],
    [{ "retry-after": "0.5" }, 500],
    [{ "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT" }, 30_000],
    [{ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, 0],
    [{ "retry-after": "soon" }, null],
    [{ "retry-after-ms": "15", "retry-after": "2" }, 15],
    [{}, null],
  ] as const)("%j is %j ms", ([headers, ms]) => {
    expect(retryAfter(new Headers(headers), now)).toBe(ms);
  });
});
