import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { answeringServer } from "./testing/answering-server.ts";
import { httpFetch } from "./http-fetch.ts";

test("waits as long as bytes keep coming, however long the whole takes", async () => {
  await using server = await answeringServer(async (response) => {
    response.writeHead(200);
    for (let i = 0; i < 8; i += 1) {
      response.write(`${i}`);
      await sleep(200);
    }
    response.end();
  });
  const response = await httpFetch({ silenceMs: 1000 })(server.url);
  expect(await response.text()).toBe("01234567");
});

test.for(["before the head", "after the head"])(
  "gives up when the server is silent %s",
  async (when) => {
    await using server = await answeringServer((response) => {
      if (when === "after the head") response.writeHead(200).write("x");
    });
    const started = Date.now();
    const read = async () => (await httpFetch({ silenceMs: 200 })(server.url)).text();
    await expect(read()).rejects.toThrow("the server was silent for 0.2 s");
    expect(Date.now() - started).toBeLessThan(5000);
  },
);

test("a connection that is closed in the middle is an error", async () => {
  await using server = await answeringServer((response) => {
    response.writeHead(200, { "content-length": "100" }).write("x");
    setTimeout(() => response.destroy(), 50);
  });
  const response = await httpFetch({ silenceMs: 5000 })(server.url);
  await expect(response.text()).rejects.toThrow(/aborted/);
});

test("follows a redirect to fetch the result, and shows its key to no other server", async () => {
  await using other = await answeringServer((response) => response.end("there"));
  await using server = await answeringServer(
    (response) => response.writeHead(303, { location: "/v1/later" }).end(),
    (response) => response.writeHead(302, { location: `${other.url}/x` }).end(),
  );
  const response = await httpFetch({ silenceMs: 5000 })(server.url, {
    method: "POST",
    body: "{}",
    headers: { authorization: "Bearer k", "content-type": "application/json" },
  });
  expect(await response.text()).toBe("there");
  expect(
    server.asked.map(({ method, path, headers }) => [method, path, headers.authorization]),
  ).toEqual([
    ["POST", "/v1", "Bearer k"],
    ["GET", "/v1/later", "Bearer k"],
  ]);
  expect(other.asked.map(({ method, headers }) => [method, headers.authorization])).toEqual([
    ["GET", undefined],
  ]);
});

test("ends redirects that go in circles", async () => {
  await using server = await answeringServer((response) =>
    response.writeHead(307, { location: "/v1" }).end(),
  );
  await expect(httpFetch({ silenceMs: 5000 })(server.url)).rejects.toThrow(/redirects/);
});

test("an aborted request is closed, also while its reply comes in", async () => {
  const stop = new AbortController();
  let closed = false;
  await using server = await answeringServer((response) => {
    response.on("close", () => (closed = true));
    response.writeHead(200).write("x");
  });
  const response = await httpFetch({ silenceMs: 5000 })(server.url, { signal: stop.signal });
  const reading = response.text();
  stop.abort();
  await expect(reading).rejects.toThrow();
  await expect.poll(() => closed, { timeout: 10_000 }).toBe(true);
});

test("no connection is an error of its own where there is a clock for it", async () => {
  const asking = httpFetch({ silenceMs: 5000, connectMs: 5000 })("http://127.0.0.1:1/");
  await expect(asking).rejects.toMatchObject({
    name: "ConnectError",
    message: expect.stringMatching(/ECONNREFUSED/),
  });
  await expect(httpFetch({ silenceMs: 5000 })("http://127.0.0.1:1/")).rejects.toMatchObject({
    code: "ECONNREFUSED",
  });
});
