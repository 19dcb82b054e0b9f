import { header } from "../call/headers.ts";
import type { ReplyHead } from "./upstream.ts";

/** What is asked, and of whom. */
export interface Target {
  method: string;
  origin: string;
  /** Path and query. */
  path: string;
  /** Header names and values in turn. */
  headers: string[];
  /** Null: none, or it has gone out for the last time. */
  body: Buffer | null;
}

/** What describes a body that is no longer there. */
const ofBody = new Set(["content-type", "content-encoding", "content-language", "content-md5"]);
/** What another origin gets to see: any other header may let its bearer in. */
const harmless = new Set(["accept", "accept-encoding", "accept-language", "user-agent"]);

/** How to read a result that is known to lie there, for a call that would go to `from`; null: it cannot be read. */
export function resultAt(url: string, from: Target): Target | null {
  return resultTarget({ status: 303, message: "", headers: ["location", url] }, from);
}

/**
 * Where a call's result can be read, when the reply is a 303 that says so; null: it is none. Modal answers so
 * after 150 s, again and again. Another origin gets no key and nothing else that could be one, and a key once dropped does not come back.
 *
 * Other redirects are for the client to follow or not. 307 and 308 ask to send the call once more, to where
 * nobody has said that it may go; 301 and 302 leave open whether they do.
 */
export function resultTarget(head: ReplyHead, from: Target): Target | null {
  if (head.status !== 303) return null;
  const location = header(head.headers, "location");
  const here = from.origin + from.path;
  if (location === undefined || !URL.canParse(location, here)) return null;
  const url = new URL(location, here);
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  const foreign = url.origin !== from.origin;
  const headers: string[] = [];
  for (let at = 0; at + 1 < from.headers.length; at += 2) {
    const name = (from.headers[at] ?? "").toLowerCase();
    if (ofBody.has(name) || (foreign && !harmless.has(name))) continue;
    headers.push(from.headers[at] ?? "", from.headers[at + 1] ?? "");
  }
  const method = from.method === "HEAD" ? "HEAD" : "GET";
  return { method, origin: url.origin, path: url.pathname + url.search, headers, body: null };
}
