import { recordTypes } from "@mx/records";
import { execa } from "execa";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";

const bin = join(import.meta.dirname, "../packages/mx-proxy/bin.js");
const secret = "a-secret-of-the-process-tests";
const chat = { model: "m", messages: [{ role: "user", content: "what?" }] };

let folder: string;
const servers: Server[] = [];
const running = new Set<ReturnType<typeof start>>();
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "mx-proxy-replay-"))));
afterEach(async () => {
  for (const proxy of running) proxy.kill("SIGKILL");
  await Promise.all(running);
  running.clear();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true, force: true });
});

/** mx-proxy as a process, with nothing of this process's settings. */
function start(args: string[], env: Record<string, string> = {}) {
  const proxy = execa(process.execPath, [bin, ...args], {
    reject: false,
    extendEnv: false,
    env: { PATH: process.env["PATH"] ?? "", TMPDIR: folder, MX_PROXY_SECRET: secret, ...env },
    stdin: "pipe",
  });
  running.add(proxy);
  return proxy;
}

/** Its base URL, once it accepts calls. */
function urlOf(proxy: ReturnType<typeof start>): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    proxy.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const end = text.indexOf("\n");
      if (end === -1) return;
      resolve(recordTypes.endpoint.parse(JSON.parse(text.slice(0, end))).base_url);
    });
    void proxy.then(({ stderr }) => reject(new Error(`mx-proxy ended: ${stderr}`)));
  });
}

async function upstream(
  answer: (asked: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer((asked, response) => {
    asked.resume();
    asked.once("end", () => {
      answer(asked, response);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Got {
  status: number;
  id: string;
  body: string;
}

/** One call; null: the reply did not come as a whole. */
function call(url: string, body: object, agent?: Agent): Promise<Got | null> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
    const options = { method: "POST", headers, ...(agent === undefined ? {} : { agent }) };
    const sent = request(`${url}/chat/completions`, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", () => resolve(null));
      response.once("end", () => {
        if (!response.complete) return resolve(null);
        const id = String(response.headers["x-mx-request-id"]);
        resolve({ status: response.statusCode ?? 0, id, body: Buffer.concat(chunks).toString() });
      });
    });
    sent.once("error", () => resolve(null));
    sent.end(JSON.stringify(body));
  });
}

test("killed under load, the proxy leaves the ledger line of every reply that a client has got whole", async () => {
  const text = JSON.stringify({
    id: "c",
    model: "m-1",
    choices: [],
    usage: { prompt_tokens: 1, completion_tokens: 1 },
  });
  let streamed = false;
  const url = await upstream((_asked, response) => {
    streamed = !streamed;
    if (streamed)
      response.writeHead(200, {
        "content-type": "application/json",
        "content-length": text.length,
      });
    else response.writeHead(200, { "content-type": "application/json" });
    response.end(text);
  });
  const ledger = join(folder, "calls");
  for (let round = 0; round < 6; round += 1) {
    const proxy = start(["--upstream", url, "--ledger", ledger]);
    const base = await urlOf(proxy);
    const ids: string[] = [];
    const agent = new Agent({ keepAlive: true, maxSockets: 32 });
    const clients = Array.from({ length: 32 }, async () => {
      for (;;) {
        const got = await call(base, chat, agent);
        if (got === null) return;
        ids.push(got.id);
        // In the middle of others, which is never the same middle.
        if (ids.length === 100 + 23 * round) proxy.kill("SIGKILL");
      }
    });
    await Promise.all(clients);
    agent.destroy();
    await proxy;
    const lines = (await readFile(ledger, "utf8")).split("\n");
    const known = new Set(
      lines.flatMap(
        (line) => /^\{"type":"request","version":1,"id":"([^"]+)".*\}$/.exec(line)?.[1] ?? [],
      ),
    );
    expect(ids.filter((id) => !known.has(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  }
});

test("killed while it waits for a result, the proxy reads it when it is started anew, and posts nothing twice", async () => {
  let [posts, reads, ready] = [0, 0, false];
  const url = await upstream((asked, response) => {
    if (asked.method === "POST") {
      posts += 1;
      return void response.writeHead(303, { location: `?call=${posts}` }).end();
    }
    reads += 1;
    const look = setInterval(() => {
      if (!ready && !response.destroyed) return;
      clearInterval(look);
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ id: asked.url, choices: [] }));
    }, 5);
  });
  const args = ["--upstream", url, "--ledger", join(folder, "calls")];
  const first = start(args);
  const broken = call(await urlOf(first), chat);
  while (reads === 0) await sleep(5);
  first.kill("SIGKILL");
  expect(await broken).toBeNull();
  ready = true;
  const second = start(args);
  const base = await urlOf(second);
  const got = await call(base, chat);
  expect(got).toMatchObject({ status: 200, body: expect.stringContaining("call=1") });
  expect(posts).toBe(1);
  expect(await call(base, chat)).toMatchObject({ body: expect.stringContaining("call=2") });
  second.kill("SIGTERM");
  await second;
  // Nothing is left to be read.
  await expect(readFile(join(folder, "calls.results"))).rejects.toMatchObject({ code: "ENOENT" });
});

test("a command's calls are recorded, and replayed without an upstream", async () => {
  let asked = 0;
  const url = await upstream((request, response) => {
    if (request.method === "POST") asked += 1;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ id: "c", model: "m-1", choices: [], said: asked }));
  });
  const tape = join(folder, "tape.ndjson");
  const script = join(folder, "agent.mjs");
  await writeFile(
    script,
    `for (const seed of [1, 2, 2]) {
      const response = await fetch(process.env.OPENAI_BASE_URL + "/chat/completions", {
        method: "POST",
        headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY },
        body: JSON.stringify({ model: "m", messages: [], seed }),
      });
      console.log(await response.text());
    }`,
  );
  const command = ["--", process.execPath, script];
  const recorded = await start(["--upstream", url, "--record", tape, ...command], {
    OPENAI_API_KEY: "sk-provider-key-0123",
  });
  expect(recorded.exitCode).toBe(0);
  expect(recorded.stdout.split("\n").length).toBe(3);
  expect(await readFile(tape, "utf8")).not.toContain("sk-provider-key-0123");
  const ledger = join(folder, "calls");
  for (const _time of [1, 2]) {
    const replayed = await start(["--replay", tape, "--ledger", ledger, ...command]);
    expect(replayed.stdout).toBe(recorded.stdout);
  }
  expect(asked).toBe(3);
  const records = (await readFile(ledger, "utf8")).trimEnd().split("\n");
  expect(records.map((line) => recordTypes.request.parse(JSON.parse(line)).cache)).toEqual(
    Array.from({ length: 6 }, () => "replay"),
  );
});

test("a damaged line of a recording ends the start with its place and status 65", async () => {
  const tape = join(folder, "tape.ndjson");
  await writeFile(tape, '{"type":"cassette","version":1}\n');
  const proxy = await start(["--replay", tape]);
  expect(proxy.exitCode).toBe(65);
  expect(proxy.stderr).toContain(`${tape}:1: `);
});

test("two proxies share a cache at the same time", async () => {
  let asked = 0;
  const url = await upstream((request, response) => {
    if (request.method === "POST") asked += 1;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(
      JSON.stringify({ id: `c-${asked}`, model: "m-1", choices: [], pad: "x".repeat(50_000) }),
    );
  });
  const args = ["--upstream", url, "--cache", join(folder, "cache")];
  const bases = await Promise.all([start(args), start(args)].map(urlOf));
  const ask = async (seed: number) => {
    const got = await Promise.all(bases.map((base) => call(base, { ...chat, seed })));
    return got.map((one) => (one === null ? null : (JSON.parse(one.body) as { id: string }).id));
  };
  const rounds = Array.from({ length: 40 }, (_, seed) => seed);
  // Both ask at the same time: each gets a whole answer, its own or the other's.
  const first = await Promise.all(rounds.map(ask));
  expect(first.flat().every((id) => id?.startsWith("c-"))).toBe(true);
  const before = asked;
  const third = await urlOf(start(args));
  for (const seed of rounds) {
    const got = await call(third, { ...chat, seed });
    expect(first[seed]).toContain(
      got === null ? null : (JSON.parse(got.body) as { id: string }).id,
    );
  }
  expect(asked).toBe(before);
});
