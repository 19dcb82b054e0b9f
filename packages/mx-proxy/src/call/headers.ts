const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** What the proxy itself decides, and what carries keys: those of the client are for the proxy alone. */
const requestOnly = [
  "host",
  "content-length",
  "expect",
  "authorization",
  "x-api-key",
  "api-key",
  "x-goog-api-key",
];

const requestDropped = new Set([...hopByHop, ...requestOnly]);
const replyDropped = new Set(hopByHop);

/** The headers of a request that go on to the upstream, names and values in turn. */
export function requestHeaders(raw: readonly string[], withoutEncodings: boolean): string[] {
  const headers = kept(raw, requestDropped, (name) => {
    return name.startsWith("x-mx-") || (withoutEncodings && name === "accept-encoding");
  });
  if (withoutEncodings) headers.push("accept-encoding", "identity");
  return headers;
}

/** The headers of a reply that go back to the client, names and values in turn. */
export function replyHeaders(raw: readonly string[], withoutLength: boolean): string[] {
  return kept(raw, replyDropped, (name) => {
    return name === "x-mx-request-id" || (withoutLength && name === "content-length");
  });
}

/** The value of a header in a list of names and values; undefined: not there. */
export function header(raw: readonly string[], name: string): string | undefined {
  for (let at = 0; at + 1 < raw.length; at += 2) {
    if (raw[at]?.toLowerCase() === name) return raw[at + 1];
  }
  return undefined;
}

function kept(
  raw: readonly string[],
  dropped: ReadonlySet<string>,
  alsoDropped: (name: string) => boolean,
): string[] {
  // A `connection` header can name further headers that are for this hop only.
  const named =
    header(raw, "connection")
      ?.toLowerCase()
      .split(",")
      .map((part) => part.trim()) ?? [];
  const headers: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? "").toLowerCase();
    if (dropped.has(name) || named.includes(name) || alsoDropped(name)) continue;
    headers.push(raw[at] ?? "", raw[at + 1] ?? "");
  }
  return headers;
}
