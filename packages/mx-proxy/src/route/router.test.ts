import { createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { nothingAsked } from "../call/asked.ts";
import { emptyConfig } from "../config/config.ts";
import { plainUpstream } from "../config/plain-upstream.ts";
import { ResultJournal } from "../journal/result-journal.ts";
import { fakeUpstream, json } from "../testing/fake-upstream.ts";
import { Router } from "./router.ts";

test("a call that is given up while its upstream, which has left the configuration, is connected to takes no place elsewhere", async () => {
  // Accepts connections and says nothing, so that TLS is never there.
  const silent = createServer((socket) => void socket.on("error", () => {}));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as AddressInfo;
  await using other = await fakeUpstream((response) => json(response, {}));
  const router = new Router({
    connectTimeoutMs: 10_000,
    limits: { firstByteMs: 10_000, idleMs: 10_000, coldStartMs: 0 },
    retries: { retries: 2, budgetMs: 10_000 },
    results: ResultJournal.inMemory(),
    note: () => {},
  });
  const first = plainUpstream("first", new URL(`https://127.0.0.1:${port}/v1`), null);
  const second = plainUpstream("second", new URL(`${other.url}/v1`), null);
  const target = { model: null, weight: 1 };
  const targets = [
    { ...target, upstream: "first", order: 0 },
    { ...target, upstream: "second", order: 1 },
  ];
  const models = [{ name: "m", targets, strategy: null, fallbacks: [] }];
  router.use({ ...emptyConfig, upstreams: [first, second], models });
  const heard: string[] = [];
  const exchange = router.call(
    {
      method: "POST",
      path: "/v1/chat/completions",
      headers: [],
      body: Buffer.from('{"model":"m"}'),
      asked: { ...nothingAsked, body: { model: "m" }, model: "m" },
      trial: null,
      subject: { task: null, trial: 0, attempt: 0 },
    },
    {
      head: () => void heard.push("head"),
      data: () => true,
      end: () => void heard.push("end"),
      fail: () => void heard.push("fail"),
    },
  );
  await sleep(50);
  router.use({ ...emptyConfig, upstreams: [second], models });
  exchange.abort();
  await sleep(100);
  expect(router.states()).toMatchObject([{ name: "second", active: 0, queued: 0 }]);
  expect(other.seen).toEqual([]);
  expect(heard).toEqual([]);
  await router.close();
  silent.close();
});
