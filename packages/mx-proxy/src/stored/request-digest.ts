import { createHash } from "node:crypto";
import type { UpstreamRequest } from "../upstream/upstream.ts";

/** Headers that decide what the answer is, or in which form it comes. */
const deciding = /^(accept|accept-encoding|content-type|content-encoding|(openai|anthropic)-.+)$/;

/** What is asked, as a digest: method, path and query, the headers that decide about the answer, and the body's bytes. */
export function requestDigest({ method, path, headers, body }: UpstreamRequest): string {
  const decided: [name: string, value: string][] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = (headers[at] ?? "").toLowerCase();
    if (deciding.test(name)) decided.push([name, headers[at + 1] ?? ""]);
  }
  decided.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const hash = createHash("sha256").update(`${JSON.stringify([method, path, decided])}\n`);
  if (body !== null) hash.update(body);
  return hash.digest("hex");
}
