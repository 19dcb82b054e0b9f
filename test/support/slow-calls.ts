import { execa } from "execa";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.ts";
import { proxySecret, type ProxyProcess } from "./proxy-process.ts";
import type { RawUpstream } from "./raw-upstream.ts";

const chatPath = "/v1/chat/completions";
const authorization = `Bearer ${proxySecret}`;

/** The API of slow-api.ts as a process. */
export async function slowApi(): Promise<AsyncDisposable & { url: string }> {
  const port = await freePort();
  const script = fileURLToPath(new URL("slow-api.ts", import.meta.url));
  const child = execa(process.execPath, ["--import", "tsx", script, String(port)], {
    reject: false,
  });
  const url = `http://127.0.0.1:${port}`;
  for (let waited = 0; waited < 20_000; waited += 50) {
    if ((await fetch(`${url}/v1/models`).catch(() => null)) !== null) break;
    await sleep(50);
  }
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child;
    },
  };
}

/** One call that waits; true: its own answer has come. */
function slowCall(origin: string, agent: Agent, number: number, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = { authorization, "content-type": "application/json" };
    const call = request(`${origin}${chatPath}`, { method: "POST", agent, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.once("end", () =>
        resolve(response.statusCode === 200 && text.includes(`call=${number}"`)),
      );
      response.once("error", () => resolve(false));
    });
    call.once("error", () => resolve(false));
    const content = `call=${number} sleep=${ms}`;
    call.end(JSON.stringify({ model: "m", messages: [{ role: "user", content }] }));
  });
}

/** So many calls at the same time, each of which takes so long. */
export async function slowCalls(
  proxy: ProxyProcess,
  { count, ms }: { count: number; ms: number },
): Promise<{ answered: number; lost: number; mostMb: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const calls: Promise<boolean>[] = [];
  for (let number = 0; number < count; number += 1) {
    calls.push(slowCall(proxy.origin, agent, number, ms));
    // As fast as connections can be taken: what is measured is calls that wait, not connections.
    if (number % 100 === 99) await sleep(20);
  }
  let mostMb = 0;
  const watch = setInterval(() => (mostMb = Math.max(mostMb, proxy.memoryMb())), 100);
  const answered = (await Promise.all(calls)).filter(Boolean).length;
  clearInterval(watch);
  agent.destroy();
  return { answered, lost: count - answered, mostMb };
}

/** How much more memory the proxy takes while so many readers of 64 MB read nothing, in MB. */
export async function stalledReaders(proxy: ProxyProcess, count: number): Promise<number> {
  const before = proxy.memoryMb();
  const { hostname, port } = new URL(proxy.origin);
  const sockets = Array.from({ length: count }, (_, n) => {
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.on("error", () => {});
    socket.write(
      `GET /v1/files/${n}/content HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n\r\n`,
    );
    return socket;
  });
  let most = before;
  for (let waited = 0; waited < 2000; waited += 50) {
    await sleep(50);
    most = Math.max(most, proxy.memoryMb());
  }
  for (const socket of sockets) socket.destroy();
  return most - before;
}

/**
 * Calls with pauses around the time after which the server closes an idle connection; how many came to anything
 * but 200.
 */
export async function idleRaces(
  proxy: ProxyProcess,
  { lanes, each, idleMs }: { lanes: number; each: number; idleMs: number },
): Promise<{ calls: number; failed: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  let failed = 0;
  const lane = async (number: number) => {
    for (let n = 0; n < each; n += 1) {
      if (!(await slowCall(proxy.origin, agent, number * each + n, 0))) failed += 1;
      await sleep(idleMs - 4 + ((number + n) % 8));
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, n) => lane(n)));
  agent.destroy();
  return { calls: lanes * each, failed };
}

/** What a raw upstream does that closes its connections so long after each answer, without a word. */
export function closesIdle(
  idleMs: number,
): Parameters<typeof import("./raw-upstream.ts").rawUpstream>[0] {
  const timers = new WeakMap<object, NodeJS.Timeout>();
  return (socket, { body }: RawUpstream["requests"][number]) => {
    const call = /call=(\d+)/.exec(body.toString())?.[1] ?? "";
    const reply = JSON.stringify({ choices: [{ message: { content: `call=${call}` } }] });
    const head = `content-type: application/json\r\ncontent-length: ${reply.length}`;
    socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${reply}`);
    clearTimeout(timers.get(socket));
    timers.set(
      socket,
      setTimeout(() => socket.end(), idleMs),
    );
  };
}
