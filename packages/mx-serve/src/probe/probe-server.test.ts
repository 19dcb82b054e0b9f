import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import type { Probe } from "../server-plan.ts";
import { probeServer } from "./probe-server.ts";
import type { ProbeResult } from "./probe-result.ts";

const models: Probe = { kind: "models", model: "wanted" };
const list = (...ids: string[]) => JSON.stringify({ data: ids.map((id) => ({ id })) });

async function listening<T>(
  server: Server | ReturnType<typeof createTcpServer>,
  ask: (port: number) => Promise<T>,
): Promise<T> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await ask((server.address() as AddressInfo).port);
  } finally {
    if ("closeAllConnections" in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

function ask(probe: Probe, answer: RequestListener, key: string | null = null) {
  return listening(createServer(answer), (port) =>
    probeServer(probe, { baseUrl: `http://127.0.0.1:${port}/v1`, key, timeoutMs: 1_000 }),
  );
}

const answering = (status: number, text: string): RequestListener => {
  return (_request, response) => response.writeHead(status).end(text);
};

describe("a model API", () => {
  test.for<[status: number, text: string, result: ProbeResult]>([
    [200, list("other", "wanted"), { state: "ready", models: ["other", "wanted"] }],
    [200, list("other"), { state: "wrong", detail: "it serves other and not wanted" }],
    [200, list(), { state: "waiting", detail: "it lists no model yet" }],
    [200, "<html>", { state: "wrong", detail: "it answers, but is no model API" }],
    [200, "null", { state: "wrong", detail: "it answers, but is no model API" }],
    [401, "", { state: "wrong", detail: "it refuses the server's key (401)", refusesKey: true }],
    [503, "", { state: "waiting", detail: "it answers 503 when asked for its models" }],
    [404, "", { state: "waiting", detail: "it answers 404 when asked for its models" }],
  ])("that answers %i %s", async ([status, text, result]) => {
    expect(await ask(models, answering(status, text))).toEqual(result);
  });

  test("is asked at /v1/models, with the key", async () => {
    const seen: unknown[] = [];
    await ask(
      models,
      (request, response) => {
        seen.push([request.url, request.headers.authorization]);
        response.end(list("wanted"));
      },
      "the-key",
    );
    expect(seen).toEqual([["/v1/models", "Bearer the-key"]]);
  });

  test("that is silent, or not there, is waited for", async () => {
    expect(await ask(models, () => {})).toEqual({ state: "waiting", detail: "it does not answer" });
    const port = await listening(createTcpServer(), (free) => Promise.resolve(free));
    expect(
      await probeServer(models, { baseUrl: `http://127.0.0.1:${port}/v1`, key: null }),
    ).toEqual({
      state: "waiting",
      detail: "nothing listens there yet",
    });
  });
});

test("a path is asked for from the root", async () => {
  const health: Probe = { kind: "http", path: "/health" };
  const answer: RequestListener = ({ url }, response) =>
    response.writeHead(url === "/health" ? 204 : 500).end();
  expect(await ask(health, answer)).toEqual({ state: "ready", models: [] });
  expect(await ask(health, answering(500, ""))).toEqual({
    state: "waiting",
    detail: "it answers 500 at /health",
  });
});

describe("Postgres", () => {
  const message = (kind: string, body: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(4 + body.length);
    return Buffer.concat([Buffer.from(kind), length, body]);
  };
  const error = (code: string, text: string) =>
    message("E", Buffer.from(`SFATAL\0C${code}\0M${text}\0\0`));

  const asking = (reply: (socket: Socket) => void) => {
    const server = createTcpServer((socket) => {
      socket.on("error", () => {}).once("data", () => reply(socket));
    });
    return listening(server, (port) =>
      probeServer(
        { kind: "postgres" },
        { baseUrl: `postgresql://mx@127.0.0.1:${port}/mx`, key: null, timeoutMs: 1_000 },
      ),
    );
  };

  test.for<[what: string, reply: Buffer, result: ProbeResult]>([
    ["asks who we are", message("R", Buffer.from([0, 0, 0, 10])), { state: "ready", models: [] }],
    [
      "starts up",
      error("57P03", "the database system is starting up"),
      { state: "waiting", detail: "the database system is starting up" },
    ],
    [
      "does not know the database",
      error("3D000", 'database "mx" does not exist'),
      { state: "wrong", detail: 'Postgres answers: database "mx" does not exist' },
    ],
    [
      "is a web server",
      Buffer.from("HTTP/1.1 400\r\n\r\n"),
      { state: "wrong", detail: "it is not Postgres" },
    ],
  ])("that %s", async ([, reply, result]) => {
    // Byte by byte, as a network may bring it.
    const written = await asking((socket) => {
      for (const byte of reply) socket.write(Buffer.from([byte]));
    });
    expect(written).toEqual(result);
  });

  test("that closes at once is waited for", async () => {
    expect(await asking((socket) => void socket.end())).toEqual({
      state: "waiting",
      detail: "it closes the connection",
    });
  });
});
