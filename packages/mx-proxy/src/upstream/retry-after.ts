import { header } from "../call/headers.ts";
import type { ReplyHead } from "./upstream.ts";

/** In ms: what is larger is a point in time and no duration, in seconds or milliseconds since 1970. */
const epoch = 1e9;
const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * How long a reply asks to be left alone, in ms; null: it does not say. `Retry-After` goes before the limits that
 * a 429 reports of itself, of which those count that are used up.
 */
export function retryAfterMs({ status, headers }: ReplyHead, now = Date.now()): number | null {
  const exact = number(header(headers, "retry-after-ms") ?? "", 1);
  if (exact !== null) return exact;
  const after = header(headers, "retry-after");
  const asked = after === undefined ? null : (number(after, 1000) ?? date(after, now));
  if (asked !== null) return asked;
  return status === 429 ? rateLimitMs(headers, now) : null;
}

function rateLimitMs(headers: readonly string[], now: number): number | null {
  let longest: number | null = null;
  for (const limit of ["", "-requests", "-tokens"]) {
    const reset = header(headers, `x-ratelimit-reset${limit}`);
    const remaining = header(headers, `x-ratelimit-remaining${limit}`);
    if (reset === undefined || (remaining !== undefined && Number(remaining) > 0)) continue;
    const wait = resetMs(reset.trim(), now);
    if (wait !== null) longest = Math.max(longest ?? 0, wait);
  }
  return longest;
}

/** `1m30s`, `6ms`, a number of seconds, or a point in time. */
function resetMs(text: string, now: number): number | null {
  const plain = number(text, 1);
  if (plain !== null) {
    if (plain < epoch) return plain * 1000;
    return Math.max(0, (plain < epoch * 1000 ? plain * 1000 : plain) - now);
  }
  if (!/^(\d+(\.\d+)?(ms|[smhd]))+$/.test(text)) return date(text, now);
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    sum += Number(count) * (units[unit ?? ""] ?? 0);
  }
  return sum;
}

function number(text: string, unit: number): number | null {
  return /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) * unit : null;
}

function date(text: string, now: number): number | null {
  // Date.parse takes almost anything for a date, "-5" included.
  if (!/^\s*([A-Z][a-z]{2,8},? |\d{4}-\d\d-\d\d)/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
