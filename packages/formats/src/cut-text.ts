/** So much of a final answer is kept in a trial. */
export const outputLimitBytes = 64 * 1024;

/**
 * The beginning of a text, `limit` bytes of UTF-8 at most and never half a character, and the size of the whole.
 * Lone surrogates, which UTF-8 cannot hold, are replaced.
 */
export function cutText(text: string, limit: number): { text: string; bytes: number } {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  const bytes = Buffer.byteLength(whole);
  if (bytes <= limit) return { text: whole, bytes };
  const buffer = Buffer.from(whole.slice(0, limit));
  let end = Math.min(limit, buffer.length);
  // The bytes 10xxxxxx go on with a character that began before them.
  while (end > 0 && end < buffer.length && (buffer[end]! & 0xc0) === 0x80) end -= 1;
  return { text: buffer.toString("utf8", 0, end).toWellFormed(), bytes };
}
