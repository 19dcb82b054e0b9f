import { execa } from "execa";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../test/support/free-port.ts";
import { CountingApi, mixedCalls, mixedPrices } from "../../test/support/mixed-calls.ts";
import { proxyProcess, proxySecret } from "../../test/support/proxy-process.ts";
import { rawUpstream } from "../../test/support/raw-upstream.ts";
import {
  closesIdle,
  idleRaces,
  slowApi,
  slowCalls,
  stalledReaders,
} from "../../test/support/slow-calls.ts";
import { litellmVenv } from "./proxy/peers.ts";

/** As many calls as there can be: each takes two of the files that the proxy may open. */
function mostCalls(): number {
  const limits = readFileSync("/proc/self/limits", "utf8");
  const files = Number(/Max open files\s+\d+\s+(\d+)/.exec(limits)?.[1] ?? 4096);
  return Math.min(10_000, Math.floor((files - 200) / 2));
}

async function* slow(short: boolean) {
  await using api = await slowApi();
  await using proxy = await proxyProcess(["--upstream", api.url]);
  const [count, ms] = short ? [1000, 3000] : [mostCalls(), 30_000];
  const { lost, mostMb } = await slowCalls(proxy, { count, ms });
  const recorded = new Set((await proxy.records(count)).map(({ id }) => id)).size;
  const figures = { lost, recorded, most_rss_mb: Math.round(mostMb) };
  yield { what: `${count} calls of ${ms / 1000} s at the same time`, ...figures };
  if (count < 10_000 && !short)
    yield { what: "fewer than 10,000: the limit of open files is lower" };
}

async function* readers() {
  await using api = await slowApi();
  await using proxy = await proxyProcess(["--upstream", api.url]);
  await slowCalls(proxy, { count: 100, ms: 100 });
  const more = await stalledReaders(proxy, 8);
  yield {
    what: "8 stalled readers of 64 MB: memory",
    more_mb: Number(more.toFixed(1)),
    goal_mb: 20,
  };
}

async function* races(short: boolean) {
  const idleMs = 500;
  await using api = await rawUpstream(closesIdle(idleMs));
  await using proxy = await proxyProcess(["--upstream", api.url]);
  const result = await idleRaces(proxy, { lanes: 16, each: short ? 10 : 100, idleMs });
  const again = (await proxy.records(result.calls)).filter(({ attempts }) => attempts > 1).length;
  yield { what: `idle connections are closed after ${idleMs} ms`, ...result, sent_again: again };
}

const app = `
import re
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    call = (re.search(rb"call=([0-9]+)", body) or [b"", b""])[1]
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    reply = b'{"choices":[{"message":{"content":"call=%s"}}]}' % call
    await send({"type": "http.response.body", "body": reply})
`;

async function* uvicorn(folder: string) {
  const bin = await litellmVenv();
  if (bin === null) return;
  writeFileSync(join(folder, "app.py"), app);
  for (const seconds of [1, 5]) {
    const port = await freePort();
    const args = ["--port", String(port), "--timeout-keep-alive", String(seconds)];
    const options = { cwd: folder, reject: false, stdio: "ignore" } as const;
    const child = execa(join(bin, "uvicorn"), ["app:app", ...args], options);
    const url = `http://127.0.0.1:${port}`;
    try {
      while ((await fetch(url).catch(() => null)) === null) await sleep(100);
      await using proxy = await proxyProcess(["--upstream", url]);
      const plan = { lanes: seconds * 40, each: 40 / seconds, idleMs: seconds * 1000 };
      const result = await idleRaces(proxy, plan);
      yield { what: `uvicorn that closes idle connections after ${seconds} s`, ...result };
    } finally {
      child.kill("SIGKILL");
      await child;
    }
  }
}

/** A call whose answer takes longer than any client library waits by itself. */
async function silence(seconds: number): Promise<object> {
  await using api = await slowApi();
  await using proxy = await proxyProcess(["--upstream", api.url]);
  const script = ["-sS", "-H", `authorization: Bearer ${proxySecret}`];
  const body = `{"model":"m","messages":[{"content":"call=1 sleep=${seconds * 1000}"}]}`;
  const url = `${proxy.url}/chat/completions`;
  const { stdout } = await execa("curl", [...script, "-d", body, url], { reject: false });
  const [record] = await proxy.records(1);
  const answered = stdout.includes("call=1");
  return { what: `an upstream that is silent for ${seconds} s`, answered, state: record?.state };
}

async function* books(folder: string, short: boolean) {
  const prices = join(folder, "prices.json");
  writeFileSync(prices, JSON.stringify({ prices: [{ models: ["mixed"], ...mixedPrices }] }));
  await using api = await CountingApi.start();
  const options = ["--prices", prices, "--cache", join(folder, "cache")];
  await using proxy = await proxyProcess(["--upstream", api.url, ...options]);
  // Each is made twice, and most second ones are hits of the cache.
  const result = await mixedCalls(proxy, api, short ? 250 : 2500);
  yield { what: "the ledger against the API's own books, 40 trials", ...result };
}

/** mx-proxy with calls that take long, readers that stall, and servers that hang up: what is lost, and what it takes. */
export async function* proxySlow(short: boolean) {
  const folder = mkdtempSync(join(tmpdir(), "mx-bench-"));
  try {
    const silent = silence(short ? 10 : 310);
    yield* slow(short);
    yield* readers();
    yield* races(short);
    if (!short) yield* uvicorn(folder);
    yield* books(folder, short);
    yield await silent;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
