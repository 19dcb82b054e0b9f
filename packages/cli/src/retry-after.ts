/** How long a server asks to wait, in ms: `retry-after-ms`, or `Retry-After` in seconds or as a date. */
export function retryAfter(headers: Headers | undefined, now = Date.now()): number | null {
  const ms = number(headers?.get("retry-after-ms"));
  if (ms !== null) return ms;
  const text = headers?.get("retry-after");
  const seconds = number(text);
  if (seconds !== null) return seconds * 1000;
  const date = Date.parse(text ?? "");
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

function number(text: string | null | undefined): number | null {
  return text !== null && text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text)
    ? Number(text)
    : null;
}
