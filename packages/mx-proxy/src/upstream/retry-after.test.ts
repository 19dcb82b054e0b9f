import { expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

const now = Date.parse("2026-03-01T12:00:00Z");

test.for([
  [503, {}, null],
  [503, { "retry-after": "7" }, 7000],
  [503, { "Retry-After": " 0.5 " }, 500],
  [503, { "retry-after": "Sun, 01 Mar 2026 12:01:30 GMT" }, 90_000],
  [503, { "retry-after": "Sun, 01 Mar 2026 11:00:00 GMT" }, 0],
  [503, { "retry-after": "soon" }, null],
  [503, { "retry-after": "-5" }, null],
  [503, { "retry-after-ms": "250", "retry-after": "1" }, 250],
  [503, { "retry-after-ms": "x", "retry-after": "1" }, 1000],
  [503, { "x-ratelimit-reset-requests": "1s" }, null],
  [429, { "x-ratelimit-reset-requests": "1m30s" }, 90_000],
  [429, { "x-ratelimit-reset-requests": "6ms" }, 6],
  [429, { "x-ratelimit-reset-tokens": "7.66s" }, 7660],
  [429, { "x-ratelimit-reset-requests": "1d2h", "retry-after": "3" }, 3000],
  [429, { "x-ratelimit-remaining-requests": "9", "x-ratelimit-reset-requests": "1h" }, null],
  [
    429,
    {
      "x-ratelimit-remaining-requests": "9",
      "x-ratelimit-reset-requests": "1h",
      "x-ratelimit-remaining-tokens": "0",
      "x-ratelimit-reset-tokens": "2s",
    },
    2000,
  ],
  [429, { "x-ratelimit-reset": String(now + 4000) }, 4000],
  [429, { "x-ratelimit-reset": String(now / 1000 + 4) }, 4000],
  [429, { "x-ratelimit-reset": "12" }, 12_000],
  [429, { "x-ratelimit-reset": "2026-03-01T12:00:05Z" }, 5000],
  [429, { "x-ratelimit-reset": "nonsense" }, null],
] as const)("%i %j: %j", ([status, headers, expected]) => {
  const raw = Object.entries(headers).flat();
  expect(retryAfterMs({ status, message: "", headers: raw }, now)).toBe(expected);
});
