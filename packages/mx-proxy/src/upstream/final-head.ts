import type { ReplyHead } from "./upstream.ts";

/** What tells OpenAI's clients not to try again themselves: their tries and ours would multiply. */
export function finalHeaders(attempts: number): string[] {
  return ["x-should-retry", "false", "x-mx-attempts", String(attempts)];
}

/** A head that also says so. */
export function finalHead(head: ReplyHead, attempts: number): ReplyHead {
  const headers: string[] = [];
  for (let at = 0; at + 1 < head.headers.length; at += 2) {
    const name = head.headers[at] ?? "";
    if (name.toLowerCase() !== "x-should-retry") headers.push(name, head.headers[at + 1] ?? "");
  }
  return { ...head, headers: [...headers, ...finalHeaders(attempts)] };
}
