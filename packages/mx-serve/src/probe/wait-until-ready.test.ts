import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ServerEnd } from "../places/place.ts";
import { waitUntilReady, type Waiting } from "./wait-until-ready.ts";

let answers = 0;
const server = createServer((_request, response) => {
  answers += 1;
  response.writeHead(answers > 4 ? 200 : 503).end('{"data":[{"id":"m"}]}');
});
let baseUrl = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(() => void server.close());

const waiting = (other: Partial<Waiting>): Waiting => ({
  name: "qwen-1a2b3c4d",
  probe: { kind: "models", model: "m" },
  target: () => ({ baseUrl, key: null }),
  timeoutMs: 20_000,
  ended: new Promise(() => {}),
  stop: new AbortController().signal,
  note: () => {},
  tail: () => Promise.resolve("the end of the log"),
  everyMs: 20,
  ...other,
});

test("waits until it answers, and says what it is at", async () => {
  answers = 0;
  const notes: string[] = [];
  const models = await waitUntilReady(
    waiting({
      note: (text) => notes.push(text),
      progressMs: 1,
      lastLine: () => Promise.resolve("Loading weights: 40%"),
    }),
  );
  expect(models).toEqual(["m"]);
  expect(notes[0]).toBe("qwen-1a2b3c4d is starting, 0 s so far: Loading weights: 40%");
});

test("an end is noticed though the server would not be asked again for long", async () => {
  let end: (how: ServerEnd) => void = () => {};
  const ended = new Promise<ServerEnd>((resolve) => (end = resolve));
  const wait = waitUntilReady(waiting({ ended, everyMs: 3_600_000, target: () => null }));
  setTimeout(() => end({ reason: "it ended with exit status 1", tail: "out of memory" }), 50);
  await expect(wait).rejects.toMatchObject({
    code: "server_died",
    exitCode: 69,
    message: "it ended with exit status 1; its log ends with:\nout of memory",
  });
});

test("a place that sees a stranger there has the last word", async () => {
  answers = 10;
  const stranger = new Error("port 8000 is python's");
  const verify = () => Promise.reject(stranger);
  await expect(waitUntilReady(waiting({ verify }))).rejects.toBe(stranger);
});

test("too slow, and told to stop", async () => {
  const slow = waitUntilReady(waiting({ target: () => null, timeoutMs: 30 }));
  await expect(slow).rejects.toMatchObject({
    code: "server_slow",
    message: expect.stringContaining("its address is not known yet"),
  });
  const stop = AbortSignal.abort();
  await expect(waitUntilReady(waiting({ stop }))).rejects.toBe(stop.reason);
});
