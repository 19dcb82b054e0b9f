import type { Request } from "@mx/records";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { format } from "prettier";
import { expect, test } from "vitest";
import { secret, testProxy } from "../packages/mx-proxy/src/testing/test-proxy.ts";
import { rawCall, type RawAsked, type RawReply } from "./support/raw-call.ts";
import { rawUpstream, type RawRequest } from "./support/raw-upstream.ts";

const usage = { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 };
const choice = { index: 0, message: { content: "hi" }, finish_reason: "stop" };
const reply = JSON.stringify({ id: "c", model: "m-1", choices: [choice], usage });
const event = (value: object) => `data: ${JSON.stringify({ id: "c", model: "m-1", ...value })}\n\n`;
const word = event({ choices: [{ index: 0, delta: { content: "größe" } }] });
const stop = event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
const told = event({ choices: [], usage });
const done = "data: [DONE]\n\n";
const wholeStream = word + stop + told + done;

type Bytes = Buffer | string;
const json = "content-type: application/json";
const sse = "content-type: text/event-stream";

/** A head and a body of a length that is right, unless the row says otherwise. */
function http(status: string, headers: string[], body: Bytes = "", length?: number): Buffer {
  const lines = [...headers, `content-length: ${length ?? Buffer.byteLength(body)}`];
  const head = `HTTP/1.1 ${status}\r\n${lines.join("\r\n")}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

const chunked = (type: string) =>
  `HTTP/1.1 200 OK\r\n${type}\r\ntransfer-encoding: chunked\r\n\r\n`;
const chunk = (body: Bytes) =>
  Buffer.concat([
    Buffer.from(`${Buffer.byteLength(body).toString(16)}\r\n`),
    Buffer.from(body),
    Buffer.from("\r\n"),
  ]);
const end = "0\r\n\r\n";
const ok = http("200 OK", [json], reply);
const seeOther = (location: string) => http("303 See Other", [`location: ${location}`]);

/** zstd without compression: a frame of one raw block. Node 20 cannot make one. */
function zstdFrame(text: string): Buffer {
  const size = (text.length << 3) | 1;
  const head = [0x28, 0xb5, 0x2f, 0xfd, 0x60, (text.length - 256) & 255, (text.length - 256) >> 8];
  return Buffer.from([...head, size & 255, (size >> 8) & 255, size >> 16, ...Buffer.from(text)]);
}

interface Row {
  /** What the upstream does. */
  upstream: string;
  answer: (socket: Socket, request: RawRequest, count: number) => void;
  /** The body that the upstream meant; the client's is compared with it. */
  body?: Bytes;
  asks?: Partial<RawAsked>;
  /** True: the client wants a stream. */
  stream?: boolean;
  /** Whether the tokens are known depends on the version of Node. */
  withoutTokens?: boolean;
  /** What is there instead of a server that reads the whole request. */
  instead?: "nobody" | "an answer at once";
}

const say =
  (...parts: Bytes[]) =>
  (socket: Socket) => {
    for (const part of parts) socket.write(part);
  };
const hangUp =
  (...parts: Bytes[]) =>
  (socket: Socket) => {
    say(...parts)(socket);
    socket.end();
  };
const reset =
  (...parts: Bytes[]) =>
  (socket: Socket) => {
    say(...parts)(socket);
    // What was written shall arrive before the reset does.
    setTimeout(() => socket.resetAndDestroy(), parts.length > 0 ? 50 : 0);
  };
const drip = async (socket: Socket, bytes: Buffer) => {
  for (let at = 0; at < bytes.length; at += 3) {
    socket.write(bytes.subarray(at, at + 3));
    await sleep(1);
  }
};

const gzipped = gzipSync(reply);
const brotli = brotliCompressSync(reply);
const zstd = zstdFrame(reply.padEnd(300));
const tooLong = '{"error":{"message":"too long"}}';
const cutInWord = Buffer.from(word).subarray(0, Buffer.from(word).indexOf("ß") + 1);
const dripped = Buffer.concat([Buffer.from(chunked(sse)), chunk(wholeStream), Buffer.from(end)]);
const big = Buffer.alloc(4 << 20, "x");

const rows: Row[] = [
  { upstream: "answers", answer: say(ok), body: reply },
  {
    upstream: "streams",
    answer: say(chunked(sse), chunk(wholeStream), end),
    body: wholeStream,
    stream: true,
  },
  // Redirects to a result.
  {
    upstream: "303 forty times, then the result",
    answer: (socket, _request, count) => socket.write(count > 40 ? ok : seeOther(`?hop=${count}`)),
    body: reply,
  },
  {
    upstream: "303, a reset while the result is read, then the result",
    answer: (socket, _request, count) => {
      if (count === 1) socket.write(seeOther("?hop=1"));
      else if (count === 2) socket.resetAndDestroy();
      else socket.write(ok);
    },
    body: reply,
  },
  {
    upstream: "303 to another origin",
    answer: (socket, { headers }, count) => {
      const port = headers["host"]?.split(":")[1];
      socket.write(count === 1 ? seeOther(`http://localhost:${port}/result`) : ok);
    },
    body: reply,
  },
  { upstream: "303 without a Location", answer: say(http("303 See Other", [])) },
  {
    upstream: "307 to another origin",
    answer: say(http("307 Temporary Redirect", ["location: http://localhost:9/x"])),
  },
  // Errors that say so.
  {
    upstream: "429 with Retry-After: 0, then the reply",
    answer: (socket, _request, count) =>
      socket.write(count > 1 ? ok : http("429 Too Many Requests", ["retry-after: 0"], "slow down")),
    body: reply,
  },
  {
    upstream: "429 with Retry-After: 3600",
    answer: say(http("429 Too Many Requests", ["retry-after: 3600"], "later")),
    body: "later",
  },
  {
    upstream: "503, each time",
    answer: say(
      http("503 Service Unavailable", [json, "retry-after: 0"], '{"error":{"message":"no"}}'),
    ),
    body: '{"error":{"message":"no"}}',
  },
  {
    upstream: "400",
    answer: say(http("400 Bad Request", [json], '{"error":{"message":"no such tool"}}')),
    body: '{"error":{"message":"no such tool"}}',
  },
  {
    upstream: "413 before the request is there, and hangs up",
    answer: () => {},
    instead: "an answer at once",
    asks: { body: `{"model":"m","text":"${"x".repeat(8 << 20)}"}` },
    body: tooLong,
  },
  // Errors that look like answers.
  {
    upstream: "200 with an error in the body",
    answer: say(http("200 OK", [json], '{"error":{"message":"overloaded"}}')),
    body: '{"error":{"message":"overloaded"}}',
  },
  {
    upstream: "200 and an error in the stream, then [DONE]",
    answer: say(chunked(sse), chunk(`${event({ error: { message: "overloaded" } })}${done}`), end),
    body: `${event({ error: { message: "overloaded" } })}${done}`,
    stream: true,
  },
  {
    upstream: "200 with a page of HTML as JSON",
    answer: say(http("200 OK", [json], "<html>")),
    body: "<html>",
  },
  { upstream: "200 with an empty body", answer: say(http("200 OK", [json])), body: "" },
  { upstream: "204", answer: say("HTTP/1.1 204 No Content\r\n\r\n"), body: "" },
  // Lengths that are wrong.
  {
    upstream: "a content-length that is too long, then hangs up",
    answer: hangUp(http("200 OK", [json], reply, 500)),
    body: reply,
  },
  {
    upstream: "a content-length that is too short",
    answer: hangUp(http("200 OK", [json], reply, 20)),
    body: reply.slice(0, 20),
  },
  {
    upstream: "two content-lengths",
    answer: say(http("200 OK", [json, "content-length: 3"], reply)),
  },
  {
    upstream: "a content-length and chunks",
    answer: say(http("200 OK", [json, "transfer-encoding: chunked"]), chunk(reply), end),
  },
  {
    upstream: "no length, then hangs up",
    answer: hangUp(`HTTP/1.1 200 OK\r\n${json}\r\n\r\n${reply}`),
    body: reply,
  },
  // Encodings.
  {
    upstream: "gzip",
    answer: say(http("200 OK", [json, "content-encoding: gzip"], gzipped)),
    body: gzipped,
  },
  {
    upstream: "br",
    answer: say(http("200 OK", [json, "content-encoding: br"], brotli)),
    body: brotli,
  },
  {
    upstream: "zstd",
    answer: say(http("200 OK", [json, "content-encoding: zstd"], zstd)),
    body: zstd,
    withoutTokens: true,
  },
  {
    upstream: "gzip with the length of the plain text, then hangs up",
    answer: hangUp(http("200 OK", [json, "content-encoding: gzip"], gzipped, reply.length + 100)),
    body: gzipped,
  },
  {
    upstream: "gzip that is cut in the middle, with its own length",
    answer: say(http("200 OK", [json, "content-encoding: gzip"], gzipped.subarray(0, 60))),
    body: gzipped.subarray(0, 60),
  },
  {
    upstream: "plain text that calls itself gzip",
    answer: say(http("200 OK", [json, "content-encoding: gzip"], reply)),
    body: reply,
  },
  {
    upstream: "a stream in gzip, although it was not asked for",
    answer: say(chunked(`${sse}\r\ncontent-encoding: gzip`), chunk(gzipSync(wholeStream)), end),
    body: gzipSync(wholeStream),
    stream: true,
  },
  // Chunks.
  { upstream: "a chunk without a size", answer: hangUp(chunked(json), "what?\r\n") },
  {
    upstream: "a stream, then garbage instead of a chunk",
    answer: hangUp(chunked(sse), chunk(word), "what?\r\n"),
    stream: true,
  },
  {
    upstream: "JSON whose last chunk is missing, then hangs up",
    answer: hangUp(chunked(json), chunk(reply)),
    body: reply,
  },
  {
    upstream: "trailers after the last chunk",
    answer: say(chunked(json), chunk(reply), "0\r\nx-check: 1\r\n\r\n"),
    body: reply,
  },
  // Streams that break off.
  {
    upstream: "a stream that ends before it is finished",
    answer: say(chunked(sse), chunk(word), end),
    stream: true,
  },
  {
    upstream: "a stream cut in the middle of an event",
    answer: hangUp(chunked(sse), chunk(word.slice(0, 40))),
    stream: true,
  },
  {
    upstream: "a stream cut in the middle of a character",
    answer: hangUp(chunked(sse), chunk(cutInWord)),
    stream: true,
  },
  { upstream: "a stream that is reset", answer: reset(chunked(sse), chunk(word)), stream: true },
  {
    upstream: "a stream without a length that is cut",
    answer: hangUp(`HTTP/1.1 200 OK\r\n${sse}\r\n\r\n${word}`),
    stream: true,
  },
  { upstream: "a stream that falls silent", answer: say(chunked(sse), chunk(word)), stream: true },
  {
    upstream: "a stream that drips, byte by byte",
    answer: (socket) => void drip(socket, dripped),
    body: wholeStream,
    stream: true,
  },
  {
    upstream: "a stream with comments, and lines that end in CR LF",
    answer: say(chunked(sse), chunk(`: hello\r\n\r\n${wholeStream.replaceAll("\n", "\r\n")}`), end),
    body: `: hello\r\n\r\n${(word + stop + done).replaceAll("\n", "\r\n")}`,
    stream: true,
  },
  // Connections that break.
  { upstream: "is not there", answer: () => {}, instead: "nobody" },
  { upstream: "takes the call and never answers", answer: () => {} },
  { upstream: "half a status line, then silence", answer: say("HTTP/1.1 20") },
  { upstream: "reset before the head", answer: reset() },
  { upstream: "hangs up before the head", answer: hangUp() },
  { upstream: "reset in the middle of the head", answer: reset("HTTP/1.1 200 OK\r\ncontent-ty") },
  { upstream: "reset after the head", answer: reset(http("200 OK", [json], "", 100)) },
  {
    upstream: "reset before the head once, then the reply",
    answer: (socket, _request, count) => (count > 1 ? socket.write(ok) : socket.resetAndDestroy()),
    body: reply,
  },
  { upstream: "something that is not HTTP", answer: hangUp("SSH-2.0-OpenSSH_9.2\r\n") },
  {
    upstream: "a head of 100 KB",
    answer: say(http("200 OK", [json, `x-long: ${"x".repeat(100_000)}`], reply)),
  },
  // Before the reply.
  {
    upstream: "102 and 103, then the reply",
    answer: say(
      "HTTP/1.1 102 Processing\r\n\r\n",
      "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n",
      ok,
    ),
    body: reply,
  },
  {
    upstream: "100 that nobody asked for, then the reply",
    answer: say("HTTP/1.1 100 Continue\r\n\r\n", ok),
    body: reply,
  },
  {
    upstream: "101, as if it were asked to",
    answer: say("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
  },
  {
    upstream: "answers a client that waits for 100 Continue",
    answer: say(ok),
    body: reply,
    asks: { headers: { expect: "100-continue" } },
  },
  // Other methods.
  {
    upstream: "answers HEAD",
    answer: say(http("200 OK", [json], "", 1234)),
    body: "",
    asks: { method: "HEAD", path: "/v1/models", body: "" },
  },
  {
    upstream: "answers OPTIONS",
    answer: say("HTTP/1.1 204 No Content\r\nallow: POST\r\n\r\n"),
    body: "",
    asks: { method: "OPTIONS", body: "" },
  },
  {
    upstream: "answers PATCH",
    answer: say(http("200 OK", [json], "{}")),
    body: "{}",
    asks: { method: "PATCH", path: "/v1/threads/t", body: '{"a":1}' },
  },
  {
    upstream: "4 MB of bytes",
    answer: say(http("200 OK", ["content-type: application/octet-stream"], big)),
    body: big,
    asks: { method: "GET", path: "/v1/files/f/content", body: "" },
  },
];

/** What one row comes to, as cells. */
async function play(row: Row): Promise<string[]> {
  await using server = await rawUpstream(row.answer);
  await using other = await anotherServer(row.instead);
  const url = other?.url ?? server.url;
  await using proxy = await testProxy({ upstream: url, firstByteTimeout: 3, idleTimeout: 3 });
  const body = JSON.stringify({ model: "m", ...(row.stream === true ? { stream: true } : {}) });
  const asked = { method: "POST", path: "/v1/chat/completions", body, ...row.asks };
  const headers = { authorization: `Bearer ${secret}`, ...row.asks?.headers };
  const got = await rawCall(proxy.origin, { ...asked, headers });
  const record = await proxy.record();
  expect(proxy.records.length).toBe(1);
  const ports = (text: string) => text.replaceAll(/:\d{4,5}\b/g, ":PORT");
  return [row.upstream, calls(server.requests), client(got, row), ports(ledger(record, row))];
}

async function anotherServer(kind: Row["instead"]) {
  if (kind === undefined) return null;
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(http("413 Content Too Large", [json], tooLong)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  if (kind === "nobody") await close();
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close };
}

function calls(requests: readonly RawRequest[]): string {
  const names = requests.map(({ method, headers }) =>
    headers["authorization"] === undefined ? `${method} without the key` : method,
  );
  const runs: [string, number][] = [];
  for (const name of names) {
    const last = runs.at(-1);
    if (last?.[0] === name) last[1] += 1;
    else runs.push([name, 1]);
  }
  return runs.map(([name, count]) => (count === 1 ? name : `${count} × ${name}`)).join(", ");
}

function client({ status, before, headers, body, complete }: RawReply, row: Row): string {
  if (status === null) return "no reply: the connection is closed";
  const parts = [[...before, status].join(", then ")];
  if (headers["retry-after"] !== undefined) parts.push(`Retry-After: ${headers["retry-after"]}`);
  if (headers["location"] !== undefined) parts.push("its Location");
  const text = body.toString();
  const wanted = row.body === undefined ? null : Buffer.from(row.body);
  const withoutUsage = wanted === null ? null : Buffer.from(wanted.toString().replace(told, ""));
  const code = /"code":"(\w+)"/.exec(text)?.[1];
  if (code !== undefined) {
    parts.push(
      row.stream === true && status === 200
        ? `the events that came, an error event \`${code}\``
        : `\`${code}\``,
    );
  } else if (wanted?.equals(body) === true)
    parts.push(body.length === 0 ? "no body" : "the upstream's bytes");
  else if (row.stream === true && withoutUsage?.equals(body) === true) {
    parts.push("the upstream's bytes but for the usage that was not asked for");
  } else parts.push(body.length === 0 ? "no body" : `other bytes: \`${text.slice(0, 60)}\``);
  if (!complete) parts.push("cut off");
  return parts.join("; ");
}

function ledger(record: Request, row: Row): string {
  const { state, status, attempts, usage: used, error } = record;
  const tokens =
    row.withoutTokens === true || used.calls === 0
      ? []
      : [`${used.input_tokens ?? "?"} + ${used.output_tokens ?? "?"} tokens`];
  const tries = attempts === 1 ? [] : [`${attempts} attempts`];
  const why = error === undefined ? [] : [`“${error}”`];
  return [
    `**${state}**`,
    ...(status === null ? ["no status"] : []),
    ...tries,
    ...tokens,
    ...why,
  ].join("; ");
}

const preface = `# What mx-proxy makes of faults

Each row was played by a socket in the place of an upstream, and read by another in the place of a client. The proxy
had its usual settings, but for limits of three seconds on the first byte and on silence. A reply that is cut off lacks
the mark of a complete one, so that no client takes it for one. Tokens are input + output; ? is unknown, and never 0.
`;

test("the table of faults", async () => {
  const lines: string[][] = [];
  const left = [...rows.entries()];
  // A few at a time, so that the limits mean the same on a busy machine.
  const lane = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      lines[next[0]] = await play(next[1]);
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  const table = [
    ["The upstream", "It gets", "The client gets", "The ledger says"],
    ["---", "---", "---", "---"],
    ...lines,
  ].map((cells) => `| ${cells.map(cell).join(" | ")} |`);
  const text = await format(`${preface}\n${table.join("\n")}\n`, { parser: "markdown" });
  await expect(text).toMatchFileSnapshot("../packages/mx-proxy/FAULTS.md");
});
