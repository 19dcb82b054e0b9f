import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { chatEvents, fakeUpstream, json } from "./testing/fake-upstream.ts";
import { secret, testProxy, upstreamKey, type TestProxy } from "./testing/test-proxy.ts";

const chat = { model: "m", messages: [] };
const streamed = { ...chat, stream: true };

async function errorCode(response: Response): Promise<string> {
  return ((await response.json()) as { error: { code: string } }).error.code;
}

test("an upstream that refuses connections: 502, and the record says error", async () => {
  const gone = await fakeUpstream(() => {});
  const { url } = gone;
  await gone[Symbol.asyncDispose]();
  await using proxy = await testProxy({ upstream: url, retries: 0 });
  const response = await proxy.chat(chat);
  expect(response.status).toBe(502);
  expect(await errorCode(response)).toBe("upstream_unreachable");
  expect(await proxy.record()).toMatchObject({
    state: "error",
    status: 502,
    upstream: null,
    attempts: 1,
    usage: { calls: 0 },
  });
});

test("errors of the upstream pass, with Retry-After, and without the key that they quote", async () => {
  await using upstream = await fakeUpstream((response, { headers }, count) => {
    response.setHeader("retry-after", "7");
    const message = `bad key ${headers.authorization}`;
    json(response, { error: { message } }, count === 1 ? 429 : 500);
  });
  await using proxy = await testProxy({ upstream: upstream.url, retries: 0 });
  for (const [n, status] of [429, 500].entries()) {
    const response = await proxy.chat(chat);
    expect(response.status).toBe(status);
    expect(response.headers.get("retry-after")).toBe("7");
    expect(await response.text()).toBe('{"error":{"message":"bad key Bearer ***"}}');
    expect(await proxy.record(n)).toMatchObject({
      state: "error",
      status,
      error: "bad key Bearer ***",
      usage: { calls: 0 },
    });
  }
  expect(JSON.stringify(proxy.records)).not.toContain(upstreamKey);
});

test("an upstream that never answers: 504 after the first-byte timeout, and it is let go", async () => {
  await using upstream = await fakeUpstream(() => {});
  await using proxy = await testProxy({ upstream: upstream.url, firstByteTimeout: 0.2 });
  const response = await proxy.chat(chat);
  expect(response.status).toBe(504);
  expect(await errorCode(response)).toBe("upstream_timeout");
  await upstream.seen[0]?.gone;
  expect(await proxy.record()).toMatchObject({
    state: "error",
    usage: { calls: 1, input_tokens: null },
  });
});

test("a stream that falls silent is cut after the idle timeout; one that drips on is not", async () => {
  await using upstream = await fakeUpstream(async (response, { body }) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const events = chatEvents(Array.from({ length: 12 }, () => "x"));
    if (body.includes("silent")) return void response.write(events[0]);
    for (const event of events) {
      response.write(event);
      await sleep(60);
    }
    response.end();
  });
  await using proxy = await testProxy({ upstream: upstream.url, idleTimeout: 0.3 });
  expect(await (await proxy.chat(streamed)).text()).toContain("[DONE]");
  await expectTruncated(await proxy.chat({ ...streamed, model: "silent" }));
  await upstream.seen[1]?.gone;
  expect(await proxy.record(1)).toMatchObject({ state: "truncated" });
});

test("a connection that is reset before any answer: 502", async () => {
  await using upstream = await rawUpstream((socket) => socket.resetAndDestroy());
  await using proxy = await testProxy({ upstream: upstream.url, retries: 0 });
  const response = await proxy.chat(chat);
  expect(response.status).toBe(502);
  expect(await errorCode(response)).toBe("upstream_reset");
  expect(upstream.requests).toBe(1);
});

test("an answer that is not HTTP: 502", async () => {
  await using upstream = await rawUpstream((socket) => socket.end("SSH-2.0-OpenSSH\r\n"));
  await using proxy = await testProxy({ upstream: upstream.url });
  expect((await proxy.chat(chat)).status).toBe(502);
});

test.for([
  ["before its end was announced", true, (socket: Socket) => socket.end("0\r\n\r\n")],
  ["by a closed connection", false, (socket: Socket) => socket.end()],
  ["by a reset", false, (socket: Socket) => setTimeout(() => socket.resetAndDestroy(), 50)],
] as const)("a stream that ends %s is not passed off as complete", async ([, , finish]) => {
  const event = chatEvents(["half an ans"])[0] ?? "";
  await using upstream = await rawUpstream((socket) => {
    socket.write(
      "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    socket.write(`${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`);
    finish(socket);
  });
  for (const includeUsage of [true, false]) {
    await using proxy = await testProxy({ upstream: upstream.url, includeUsage });
    const text = await expectTruncated(await proxy.chat(streamed));
    expect(text.startsWith(event)).toBe(true);
    expect(await proxy.record()).toMatchObject({
      state: "truncated",
      streamed: true,
      status: 200,
      usage: { calls: 1, output_tokens: null },
    });
  }
});

test("a JSON reply that breaks off is not passed off as complete", async () => {
  await using upstream = await rawUpstream((socket) => {
    socket.write(
      "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    );
    setTimeout(() => socket.end(), 20);
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  await expect(proxy.chat(chat).then((response) => response.text())).rejects.toThrow();
  expect(await proxy.record()).toMatchObject({ state: "truncated" });
});

test("a reply that should be JSON and is not passes; the record says so", async () => {
  await using upstream = await fakeUpstream((response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end("<html>");
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  expect(await (await proxy.chat(chat)).text()).toBe("<html>");
  expect(await proxy.record()).toMatchObject({ state: "error", error: "the reply is not JSON" });
});

test("an error in the middle of a stream is an error, whatever the status", async () => {
  await using upstream = await fakeUpstream((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end('data: {"error":{"message":"overloaded"}}\n\ndata: [DONE]\n\n');
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  await (await proxy.chat(streamed)).text();
  expect(await proxy.record()).toMatchObject({ state: "error", error: "overloaded" });
});

test.for(["before the head", "in the middle"] as const)(
  "a client that leaves %s cancels the upstream",
  async (phase) => {
    await using upstream = await fakeUpstream((response) => {
      if (phase === "before the head") return;
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(chatEvents(["a"])[0]);
    });
    await using proxy = await testProxy({ upstream: upstream.url });
    const controller = new AbortController();
    const call = proxy.chat(streamed, { signal: controller.signal });
    if (phase === "before the head") {
      while (upstream.seen.length === 0) await sleep(5);
    } else {
      await (await call).body?.getReader().read();
    }
    const left = performance.now();
    controller.abort();
    await call.catch(() => {});
    await upstream.seen[0]?.gone;
    expect(performance.now() - left).toBeLessThan(500);
    expect(await proxy.record()).toMatchObject({
      state: "cancelled",
      status: phase === "before the head" ? null : 200,
      usage: { calls: 1, output_tokens: null },
    });
  },
);

test("a client that leaves while it sends its request leaves a record, and no call", async () => {
  await using upstream = await fakeUpstream(() => {});
  await using proxy = await testProxy({ upstream: upstream.url });
  const socket = connect(Number(new URL(proxy.origin).port), "127.0.0.1");
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${secret}\r\ncontent-length: 50\r\n\r\n{`,
  );
  await sleep(50);
  socket.destroy();
  expect(await proxy.record()).toMatchObject({ state: "cancelled", attempts: 0, status: null });
  expect(upstream.seen.length).toBe(0);
});

test("a reader that stalls holds up the upstream, and not the proxy's memory", async () => {
  let written = 0;
  await using upstream = await fakeUpstream((response) => {
    response.writeHead(200, { "content-type": "application/octet-stream" });
    const block = Buffer.alloc(64 << 10);
    const fill = () => {
      while (written < 256 << 20) {
        written += block.length;
        if (!response.write(block)) return void response.once("drain", fill);
      }
      response.end();
    };
    fill();
  });
  await using proxy = await testProxy({ upstream: upstream.url, idleTimeout: 0.3 });
  const response = await proxy.fetch("/v1/files/f/content");
  await sleep(1000);
  const stalledAt = written;
  // Sockets hold a few megabytes each; what matters is that it does not go on.
  expect(stalledAt).toBeLessThan(64 << 20);
  let read = 0;
  for await (const chunk of response.body ?? []) read += chunk.length;
  expect(read).toBe(256 << 20);
  expect((await proxy.record()).state).toBe("ok");
});

test("idle connections that the server closes at the worst moment cost no call", async () => {
  await using upstream = await rawUpstream((socket, count) => {
    socket.write(
      "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
    );
    // As uvicorn does, but after 30 ms: no hint that the connection will be closed.
    clearTimeout(timers.get(socket));
    timers.set(
      socket,
      setTimeout(() => socket.destroy(), 30),
    );
    expect(count).toBeGreaterThan(0);
  });
  const timers = new Map<Socket, NodeJS.Timeout>();
  await using proxy = await testProxy({ upstream: upstream.url });
  for (let n = 0; n < 60; n += 1) {
    expect((await proxy.chat(chat)).status).toBe(200);
    await sleep(28 + (n % 5));
  }
  expect(proxy.records.every(({ state }) => state === "ok")).toBe(true);
});

test("a call that dies on a used connection is sent once more, on a new one; on a new one it is not", async () => {
  const onConnection = new Map<Socket, number>();
  await using upstream = await rawUpstream((socket) => {
    const count = (onConnection.get(socket) ?? 0) + 1;
    onConnection.set(socket, count);
    if (count > 1) return void socket.resetAndDestroy();
    socket.write(
      "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
    );
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  expect((await proxy.chat(chat)).status).toBe(200);
  expect((await proxy.chat(chat)).status).toBe(200);
  expect(proxy.records.map(({ attempts }) => attempts)).toEqual([1, 2]);
  expect(upstream.requests).toBe(3);
});

test("what is no HTTP is asked for once on a used connection too", async () => {
  await using upstream = await rawUpstream((socket, count) => {
    const good = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    socket.write(count === 1 ? good : "what is this\r\n\r\n");
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  expect((await proxy.chat(chat)).status).toBe(200);
  expect((await proxy.chat(chat)).status).toBe(502);
  expect(upstream.requests).toBe(2);
});

test("a status line in UTF-8 passes", async () => {
  await using upstream = await rawUpstream((socket) => {
    socket.write(
      "HTTP/1.1 200 成功\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
    );
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  const response = await proxy.chat(chat);
  expect(await response.text()).toBe("{}");
  expect(response.statusText).toBe("成功");
});

test("an error that comes as a stream without an end passes to its last byte", async () => {
  await using upstream = await fakeUpstream((response) => {
    response.writeHead(400, { "content-type": "text/event-stream" });
    response.end('data: {"error":{"message":"no"}}');
  });
  await using proxy = await testProxy({ upstream: upstream.url });
  expect(await (await proxy.chat(streamed)).text()).toBe('data: {"error":{"message":"no"}}');
});

test("a stopped proxy ends what is under way and says so in the record", async () => {
  await using upstream = await fakeUpstream(() => {});
  const proxy: TestProxy = await testProxy({ upstream: upstream.url });
  const call = proxy.chat(chat).catch(() => "cut");
  while (upstream.seen.length === 0) await sleep(5);
  await proxy[Symbol.asyncDispose]();
  expect(await call).toBe("cut");
  expect(proxy.records).toMatchObject([{ state: "cancelled", error: "mx-proxy was stopped" }]);
});

/** The client sees an error; what it got until then. */
async function expectTruncated(response: Response): Promise<string> {
  let text = "";
  await expect(
    (async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
    })(),
  ).rejects.toThrow();
  expect(text).toContain('"code":"upstream_truncated"');
  expect(text).not.toContain("[DONE]");
  return text;
}

interface RawUpstream extends AsyncDisposable {
  url: string;
  requests: number;
}

/** An upstream below HTTP: told of every request that has come in whole. */
async function rawUpstream(answer: (socket: Socket, count: number) => void): Promise<RawUpstream> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      const head = text.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (head === -1 || text.length < head + 4 + length) return;
      text = "";
      upstream.requests += 1;
      answer(socket, upstream.requests);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const upstream: RawUpstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return upstream;
}
