/**
 * Reads streams and prints what came of them, as JSON: `node stream-load.ts '{"url":…,"headers":…}'`.
 */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** What to read. */
export interface StreamPlan {
  url: string;
  headers: Record<string, string>;
  model: string;
  /** Streams that are read at the same time. */
  concurrent: number;
  /** Streams that each of these places reads, one after the other. */
  each: number;
  /** Chunks of a stream, and ms between them. */
  chunks: number;
  interval: number;
}

/** What came. */
export interface StreamResult {
  streams: number;
  /** Streams without their end, or without one of their chunks. */
  failed: number;
  chunks: number;
  /** Ms from the request to the first byte of the body: median and 99th percentile. */
  ttfcP50: number;
  ttfcP99: number;
  /** The longest that any stream was silent after its first chunk, in ms. */
  longestGap: number;
}

const plan = JSON.parse(process.argv[2] ?? "") as StreamPlan;
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
const body = JSON.stringify({
  model: plan.model,
  messages: [{ role: "user", content: `Count: chunks=${plan.chunks} interval=${plan.interval}` }],
  stream: true,
});
const firsts: number[] = [];
const result: StreamResult = {
  streams: 0,
  failed: 0,
  chunks: 0,
  ttfcP50: 0,
  ttfcP99: 0,
  longestGap: 0,
};
const options = { method: "POST", agent, headers: plan.headers };

const token = '" token';

function count(text: string, part: string): number {
  let found = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) found += 1;
  return found;
}

function read(): Promise<void> {
  return new Promise((resolve) => {
    const began = performance.now();
    let [last, chunks, done, tail, ended] = [0, 0, false, "", false];
    const over = () => {
      if (ended) return;
      ended = true;
      result.streams += 1;
      result.chunks += chunks;
      if (!done || chunks !== plan.chunks) result.failed += 1;
      resolve();
    };
    const call = request(plan.url, options, (response) => {
      response.setEncoding("latin1");
      response.on("data", (text: string) => {
        const now = performance.now();
        if (last === 0) firsts.push(now - began);
        else result.longestGap = Math.max(result.longestGap, now - last);
        last = now;
        // A read can end in the middle of what is looked for.
        const seen = tail + text;
        chunks += count(seen, token);
        done ||= seen.includes("[DONE]");
        tail = seen.slice(1 - token.length);
      });
      response.once("close", over);
    });
    call.once("error", over);
    call.end(body);
  });
}

async function lane(number: number): Promise<void> {
  // Not all in the same millisecond: that would measure how connections are made.
  await sleep(number % 1000);
  for (let n = 0; n < plan.each; n += 1) await read();
}

await Promise.all(Array.from({ length: plan.concurrent }, (_, n) => lane(n)));
firsts.sort((a, b) => a - b);
result.ttfcP50 = firsts[Math.floor(firsts.length / 2)] ?? 0;
result.ttfcP99 = firsts[Math.floor(firsts.length * 0.99)] ?? 0;
console.log(JSON.stringify(result));
agent.destroy();
