import { connect } from "node:net";

/** A reply as its bytes say it. */
export interface RawReply {
  /** Null: there is no reply. */
  status: number | null;
  /** Statuses that came before it, such as 100. */
  before: number[];
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
  /** False: the connection ended before the reply did. */
  complete: boolean;
}

/** What is asked; the head is sent as it is given. */
export interface RawAsked {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: Buffer | string;
}

/** A call without a client's own ideas: exactly these bytes go out, and whatever comes back is told. */
export function rawCall(origin: string, asked: RawAsked): Promise<RawReply> {
  const { method, path, body = "", headers } = asked;
  const { hostname, port } = new URL(origin);
  const lines = Object.entries({ host: "proxy", connection: "close", ...headers });
  const length = Buffer.byteLength(body);
  if (length > 0) lines.push(["content-length", String(length)]);
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    const waits = headers["expect"] === "100-continue";
    socket.write(`${method} ${path} HTTP/1.1\r\n${head}\r\n`);
    if (!waits) socket.write(body);
    socket.on("data", (chunk: Buffer) => {
      if (waits && chunks.length === 0 && chunk.toString().startsWith("HTTP/1.1 100")) {
        socket.write(body);
      }
      chunks.push(chunk);
    });
    socket.on("error", () => {});
    socket.once("close", () => resolve(parse(Buffer.concat(chunks), method)));
  });
}

function parse(bytes: Buffer, method: string): RawReply {
  const before: number[] = [];
  for (let rest = bytes; ;) {
    const end = rest.indexOf("\r\n\r\n");
    const none = { status: null, before, headers: {}, body: rest, complete: false };
    if (end === -1) return none;
    const [first = "", ...lines] = rest.toString("latin1", 0, end).split("\r\n");
    const status = Number(first.split(" ")[1]);
    rest = rest.subarray(end + 4);
    if (status < 200) {
      before.push(status);
      continue;
    }
    const headers = Object.fromEntries(
      lines.map((line): [string, string] => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const bare = method === "HEAD" || status === 204 || status === 304;
    const framed = bare ? { body: rest, complete: rest.length === 0 } : unframe(rest, headers);
    return { status, before, headers, ...framed };
  }
}

function unframe(bytes: Buffer, headers: Record<string, string>) {
  if (headers["transfer-encoding"] !== "chunked") {
    const length = Number(headers["content-length"] ?? NaN);
    return { body: bytes, complete: bytes.length === length };
  }
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const line = bytes.indexOf("\r\n", at);
    const size = line === -1 ? NaN : parseInt(bytes.toString("latin1", at, line), 16);
    if (Number.isNaN(size)) return { body: Buffer.concat(parts), complete: false };
    if (size === 0) return { body: Buffer.concat(parts), complete: true };
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
