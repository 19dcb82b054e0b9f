/**
 * The beginning and the end of a text that is longer than `limit` characters, with a mark between them that says how
 * much is left out; a shorter text as it is. Half a character, which UTF-8 cannot hold, is replaced.
 */
export function cutMiddle(text: string, limit: number): string {
  if (text.length <= limit) return text.toWellFormed();
  const head = Math.ceil(limit / 2);
  const tail = Math.floor(limit / 2);
  const mark = `\n[... ${text.length - head - tail} of ${text.length} characters are left out here ...]\n`;
  return `${text.slice(0, head).toWellFormed()}${mark}${tail === 0 ? "" : text.slice(-tail).toWellFormed()}`;
}
