import { expect, test } from "vitest";
import { retryAfter } from "./retry-after.ts";

const now = Date.parse("2026-02-14T10:30:00Z");

test.for<[Record<string, string>, number | null]>([
  [{ "retry-after": "2" }, 2000],
  [{ "retry-after": "0.5" }, 500],
  [{ "retry-after-ms": "250", "retry-after": "9" }, 250],
  [{ "retry-after": "Sat, 14 Feb 2026 10:30:05 GMT" }, 5000],
  [{ "retry-after": "Sat, 14 Feb 2026 10:29:00 GMT" }, 0],
  [{ "retry-after": "soon" }, null],
  [{ "retry-after": "-1" }, 0],
  [{}, null],
])("%j", ([headers, ms]) => {
  expect(retryAfter(new Headers(headers), now)).toBe(ms);
});
