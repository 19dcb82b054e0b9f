import { mintTrialKey } from "@mx/keys";
import type { Request } from "@mx/records";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { proxySecret, type ProxyProcess } from "./proxy-process.ts";

/** USD per million tokens; whole numbers, so that sums are exact in microdollars per million. */
export const mixedPrices = { input: 3, cached_input: 1, output: 7 };

const kinds = [
  "chat",
  "stream",
  "stream that asks for its usage",
  "messages",
  "303",
  "429 once",
  "reset once",
  "400",
  "500",
] as const;
/** What these cost is unknown: nobody has been told. */
const unknownKinds = ["cancelled", "cancelled stream", "truncated stream"] as const;
type Kind = (typeof kinds)[number] | (typeof unknownKinds)[number];

/** What the API has told its callers, per trial. */
interface Count {
  calls: number;
  /** Calls whose usage nobody was told. */
  unknown: number;
  input: number;
  cached: number;
  output: number;
}

interface Asked {
  trial: number;
  call: number;
  kind: Kind;
}

/** An API that keeps the books itself. */
export class CountingApi implements AsyncDisposable {
  readonly counts = new Map<number, Count>();
  readonly #server = createServer((request, response) => void this.#take(request, response));
  readonly #known = new Set<number>();
  readonly #held = new Map<number, () => void>();

  static async start(): Promise<CountingApi> {
    const api = new CountingApi();
    await new Promise<void>((resolve) => api.#server.listen(0, "127.0.0.1", resolve));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Settles once the API has got a call that it will not finish. */
  reached(call: number): Promise<void> {
    return new Promise((resolve) => this.#held.set(call, resolve));
  }

  /** The books of a trial. */
  count(trial: number): Count {
    const none = { calls: 0, unknown: 0, input: 0, cached: 0, output: 0 };
    const count = this.counts.get(trial) ?? none;
    this.counts.set(trial, count);
    return count;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const part of request) body += String(part);
    const asked = /ASKED(\{[^}]*\})/.exec(
      decodeURIComponent(request.url ?? "") + body.replaceAll("\\", ""),
    )?.[1];
    if (asked === undefined) return void response.end('{"object":"list","data":[]}');
    this.#play(JSON.parse(asked) as Asked, asked, request, response, body);
  }

  #play(
    asked: Asked,
    text: string,
    request: IncomingMessage,
    response: ServerResponse,
    body: string,
  ): void {
    const { kind, call, trial } = asked;
    const count = this.count(trial);
    const first = !this.#known.has(call);
    this.#known.add(call);
    const json = (status: number, value: object) => {
      response.writeHead(status, { "content-type": "application/json", "retry-after": "0" });
      response.end(JSON.stringify(value));
    };
    if (kind === "400" || kind === "500") return json(Number(kind), { error: { message: "no" } });
    if (first && kind === "429 once") return json(429, { error: { message: "slow down" } });
    if (first && kind === "reset once") return void request.socket.resetAndDestroy();
    if (request.method === "POST" && kind === "303") {
      const location = `?result=${encodeURIComponent(`ASKED${text}`)}`;
      return void response.writeHead(303, { location, "content-length": "0" }).end();
    }
    const usage = {
      prompt_tokens: 20 + (call % 7),
      completion_tokens: 5 + (call % 11),
      cached: call % 5,
    };
    const event = (value: object) =>
      `data: ${JSON.stringify({ id: "c", model: "mixed", ...value })}\n\n`;
    if (kind === "cancelled") {
      count.unknown += 1;
      return this.#held.get(call)?.();
    }
    const openai = { ...usage, prompt_tokens_details: { cached_tokens: usage.cached } };
    const streamed = kind.includes("stream");
    if (streamed) {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(event({ choices: [{ index: 0, delta: { content: "a" } }] }));
      if (kind === "truncated stream" || kind === "cancelled stream") {
        count.unknown += 1;
        if (kind === "truncated stream") setTimeout(() => response.socket?.resetAndDestroy(), 10);
        return this.#held.get(call)?.();
      }
    }
    count.input += usage.prompt_tokens;
    count.cached += usage.cached;
    count.output += usage.completion_tokens;
    if (streamed) {
      if (!body.includes('"include_usage":true')) throw new Error("nobody asks for the usage");
      const last = { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
      response.end(`${event(last)}${event({ choices: [], usage: openai })}data: [DONE]\n\n`);
    } else if (kind === "messages") {
      const cached = {
        input_tokens: usage.prompt_tokens - usage.cached,
        cache_read_input_tokens: usage.cached,
      };
      json(200, {
        type: "message",
        model: "mixed",
        usage: { ...cached, output_tokens: usage.completion_tokens },
      });
    } else {
      const choices = [{ index: 0, message: { content: "a" }, finish_reason: "stop" }];
      json(200, { id: "c", model: "mixed", choices, usage: openai });
    }
  }
}

/** What the proxy's books and the API's come to. */
export interface Books {
  calls: number;
  /** Calls that were answered from the proxy's cache. */
  hits: number;
  /** Differences between the two; none is what is wanted. */
  differences: string[];
}

const trials = 40;
const keyOf = (trial: number) => trial.toString(16).padStart(64, "0");
const isUnknown = (kind: Kind) => (unknownKinds as readonly string[]).includes(kind);

/** What is asked; every fourth trial has calls whose cost nobody knows. */
function plan(calls: number): Asked[] {
  return Array.from({ length: calls }, (_, call) => {
    const trial = call % trials;
    const all: readonly Kind[] = trial % 4 === 3 ? [...kinds, ...unknownKinds] : kinds;
    return { trial, call, kind: all[Math.floor(call / trials) % all.length] ?? "chat" };
  });
}

/**
 * Mixed calls of 40 trials through a proxy with a cache in front of a counting API, and then the same again, as the
 * trials' second attempts: the ledger and /mx/usage are held against what the API says that it told.
 */
export async function mixedCalls(
  proxy: ProxyProcess,
  api: CountingApi,
  calls: number,
): Promise<Books> {
  const asked = plan(calls);
  for (const attempt of [0, 1]) {
    const tokens = await Promise.all(Array.from({ length: trials }, (_, n) => token(n, attempt)));
    const left = asked.values();
    const lane = async () => {
      for (const one of left) {
        api.count(one.trial).calls += 1;
        await makeCall(proxy, api, one, tokens[one.trial] ?? "");
      }
    };
    await Promise.all(Array.from({ length: 32 }, lane));
  }
  const records = await proxy.records(2 * calls);
  const differences: string[] = [];
  const check = (what: string, told: unknown, booked: unknown) => {
    if (told !== booked)
      differences.push(`${what}: ${String(told)} told, ${String(booked)} booked`);
  };
  check("records", 2 * calls, records.length);
  const again = asked.filter(({ kind }) => !isUnknown(kind) && kind !== "400" && kind !== "500");
  const hits = records.filter(({ cache }) => cache === "hit").length;
  check("hits", again.length, hits);
  for (const [trial, count] of api.counts) {
    const key = keyOf(trial);
    const own = records.filter((record) => record.key === key);
    const pages = await Promise.all(
      [0, 1].map((attempt) => proxy.page(`/mx/usage?key=${key}&attempt=${attempt}`)),
    );
    compare(
      (what, told, booked) => check(`trial ${trial}: ${what}`, told, booked),
      count,
      own,
      pages,
    );
  }
  return { calls: 2 * calls, hits, differences };
}

function token(trial: number, attempt: number): Promise<string> {
  const claims = {
    run_id: "mixed",
    key: keyOf(trial),
    task_id: `task-${trial}`,
    trial: 0,
    attempt,
  };
  return mintTrialKey(proxySecret, claims, 3_600_000);
}

function compare(
  check: (what: string, told: unknown, booked: unknown) => void,
  count: Count,
  own: Request[],
  pages: Record<string, unknown>[],
): void {
  const sum = (of: (record: Request) => number | null) =>
    own.reduce((total, record) => total + (of(record) ?? 0), 0);
  const pico = (usd: number | null) => (usd === null ? null : Math.round(usd * 1e12));
  const uncached = (count.input - count.cached) * mixedPrices.input;
  const cached = count.cached * mixedPrices.cached_input;
  const usd = (uncached + cached + count.output * mixedPrices.output) / 1e6;
  const unknown = own.filter(({ usage }) => usage.calls === 1 && usage.input_tokens === null);
  check("calls", count.calls, own.length);
  check("calls of unknown usage", count.unknown, unknown.length);
  check(
    "input tokens",
    count.input,
    sum(({ usage }) => usage.input_tokens),
  );
  check(
    "cached tokens",
    count.cached,
    sum(({ usage }) => usage.cached_input_tokens),
  );
  check(
    "output tokens",
    count.output,
    sum(({ usage }) => usage.output_tokens),
  );
  check("picodollars", pico(usd), pico(sum((record) => record.cost_usd)));
  // The pages say the same, and nothing where one call is unknown.
  const onPages = (of: (page: Record<string, unknown>, usage: Request["usage"]) => unknown) =>
    pages.reduce<number | null>((total, page) => {
      const usage = page["usage"] as Request["usage"];
      const value = usage.calls === 0 ? 0 : of(page, usage);
      return total === null || typeof value !== "number" ? null : total + value;
    }, 0);
  const orNull = (value: number | null) => (count.unknown === 0 ? value : null);
  const calls = pages.reduce((total, page) => total + Number(page["calls"]), 0);
  check("calls on the pages", count.calls, calls);
  check(
    "input tokens on the pages",
    orNull(count.input),
    onPages((_, usage) => usage.input_tokens),
  );
  check(
    "output tokens on the pages",
    orNull(count.output),
    onPages((_, usage) => usage.output_tokens),
  );
  check("picodollars on the pages", orNull(pico(usd)), pico(onPages(({ cost_usd }) => cost_usd)));
}

async function makeCall(
  proxy: ProxyProcess,
  api: CountingApi,
  asked: Asked,
  token: string,
): Promise<void> {
  const { kind, call } = asked;
  const stream = kind.includes("stream");
  const controller = new AbortController();
  const held = kind.startsWith("cancelled") ? api.reached(call) : null;
  const answer = fetch(`${proxy.url}/${kind === "messages" ? "messages" : "chat/completions"}`, {
    method: "POST",
    signal: controller.signal,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({
      model: "mixed",
      messages: [{ role: "user", content: `ASKED${JSON.stringify(asked)}` }],
      ...(stream ? { stream } : {}),
      ...(kind === "stream that asks for its usage"
        ? { stream_options: { include_usage: true } }
        : {}),
    }),
  }).then((response) => response.text());
  if (held !== null) {
    await held;
    controller.abort();
  }
  await answer.catch(() => null);
}
