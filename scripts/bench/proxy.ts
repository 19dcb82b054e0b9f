import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { completionUpstream } from "./proxy/nginx.ts";
import { mxProxy, peers, type Peer, type Place, type StartPeer } from "./proxy/peers.ts";
import { readStreams, streamingUpstream } from "./proxy/streams.ts";
import { wrk } from "./proxy/wrk.ts";

/** The proxy has one processor for itself; what calls it and what it calls share the other. */
const proxyCpu = 0;
const otherCpu = 1;

type Figures = Map<string, number[]>;

const round = (value: number, digits = 2) => Number(value.toFixed(digits));

function add(figures: Figures, name: string, value: number): void {
  figures.set(name, [...(figures.get(name) ?? []), value]);
}

function median(figures: Figures, name: string): number | null {
  const values = (figures.get(name) ?? []).toSorted((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? null;
}

/** All peers that can be started here, in front of one upstream. */
async function startAll(place: Place): Promise<Peer[]> {
  const started: Peer[] = [];
  for (const [name, start] of Object.entries<StartPeer>(peers)) {
    try {
      started.push(await start(place));
    } catch (error) {
      console.error(`skipped: ${name}: ${String(error)}`);
    }
  }
  return started;
}

async function stopAll(all: readonly Peer[]): Promise<void> {
  for (const { program } of all) await program?.[Symbol.asyncDispose]();
}

const rounded = (value: number | null) => (value === null ? null : round(value, 3));

/** What a goal asks, and what was measured; null: it was not. */
function goal(what: string, measured: number | null, met: (value: number) => boolean) {
  return { goal: what, measured: rounded(measured), met: measured === null ? null : met(measured) };
}

const ratio = (a: number | null, b: number | null) => (a === null || b === null ? null : a / b);
const less = (a: number | null, b: number | null) => (a === null || b === null ? null : a - b);

/** Short replies: calls per second on one processor, its time per call, and what the proxy adds to one call. */
async function* shortReplies(folder: string, short: boolean) {
  await using upstream = await completionUpstream(folder, otherCpu);
  const all = await startAll({ folder, cpu: proxyCpu, upstream: upstream.origin });
  const [rounds, seconds] = short ? [1, 2] : [5, 5];
  const figures: Figures = new Map();
  const options = { folder, cpu: otherCpu };
  try {
    for (const one of all) await wrk(one, { ...options, connections: 32, seconds: short ? 1 : 4 });
    for (let n = 0; n < rounds; n += 1) {
      for (const one of n % 2 === 0 ? all : all.toReversed()) {
        const before = one.program?.cpuUs() ?? 0;
        const many = await wrk(one, { ...options, connections: 64, seconds });
        if (one.program !== null) {
          add(figures, `${one.name} cpu`, (one.program.cpuUs() - before) / many.requests);
        }
        const single = await wrk(one, { ...options, connections: 1, seconds: short ? 1 : 3 });
        add(figures, `${one.name} rate`, many.perSecond);
        add(figures, `${one.name} p50`, single.p50Ms);
        add(figures, `${one.name} p99`, many.p99Ms);
        add(figures, `${one.name} failures`, many.failures + single.failures);
      }
    }
    const of = (name: string, what: string) => median(figures, `${name} ${what}`);
    for (const { name, program } of all) {
      yield {
        what: `${name}: 1 KB replies`,
        requests_per_second: Math.round(of(name, "rate") ?? 0),
        best_round: Math.round(Math.max(...(figures.get(`${name} rate`) ?? []))),
        cpu_us_per_request: program === null ? null : round(of(name, "cpu") ?? 0, 1),
        p99_ms_at_64: round(of(name, "p99") ?? 0),
        p50_ms_at_1: round(of(name, "p50") ?? 0, 3),
        added_p50_ms_at_1: round(less(of(name, "p50"), of("direct", "p50")) ?? 0, 3),
        failures: (figures.get(`${name} failures`) ?? []).reduce((sum, value) => sum + value, 0),
        rss_mb: program === null ? null : Math.round(program.memoryMb()),
      };
    }
    // What else the machine does slows the fast ones down most: the ratio of the processor's time tells more then.
    for (const [name, least] of [
      ["nginx", 0.3],
      ["portkey", 15],
      ["litellm", 20],
    ] as const) {
      const rates = ratio(of("mx-proxy", "rate"), of(name, "rate"));
      const byProcessor = ratio(of(name, "cpu"), of("mx-proxy", "cpu"));
      const worse = rates === null || byProcessor === null ? null : Math.min(rates, byProcessor);
      const figure = goal(
        `calls per second: at least ${least} x ${name}`,
        worse,
        (v) => v >= least,
      );
      yield { ...figure, by_rate: rounded(rates), by_processor: rounded(byProcessor) };
    }
    yield goal("processor: at most 65 us per call", of("mx-proxy", "cpu"), (v) => v <= 65);
    const added = less(of("mx-proxy", "p50"), of("direct", "p50"));
    yield goal("added to a call, alone: p50 at most 0.25 ms", added, (v) => v <= 0.25);
  } finally {
    await stopAll(all);
  }
}

/** Streams: what the proxy adds to the time to the first chunk, its time per chunk, and many at the same time. */
async function* streams(folder: string, short: boolean) {
  await using upstream = await streamingUpstream(folder, otherCpu);
  const all = await startAll({ folder, cpu: proxyCpu, upstream: upstream.origin });
  const rounds = short ? 1 : 3;
  const figures: Figures = new Map();
  const alone = { concurrent: 1, each: short ? 20 : 150, chunks: 5, interval: 4 };
  const many = { concurrent: 128, each: 1, chunks: short ? 50 : 250, interval: 20 };
  try {
    for (const one of all) await readStreams(one, otherCpu, { ...many, chunks: 50 });
    for (let n = 0; n < rounds; n += 1) {
      for (const one of n % 2 === 0 ? all : all.toReversed()) {
        const first = await readStreams(one, otherCpu, alone);
        add(figures, `${one.name} ttfc`, first.ttfcP50);
        const before = one.program?.cpuUs() ?? 0;
        const result = await readStreams(one, otherCpu, many);
        if (one.program !== null) {
          add(figures, `${one.name} cpu`, (one.program.cpuUs() - before) / result.chunks);
        }
        add(figures, `${one.name} failed`, result.failed + first.failed);
      }
    }
    const of = (name: string, what: string) => median(figures, `${name} ${what}`);
    for (const { name } of all) {
      yield {
        what: `${name}: streams, 128 at a time, 50 chunks per second each`,
        cpu_us_per_chunk: name === "direct" ? null : round(of(name, "cpu") ?? 0, 1),
        ttfc_p50_ms_at_1: round(of(name, "ttfc") ?? 0, 3),
        added_ttfc_p50_ms: round(less(of(name, "ttfc"), of("direct", "ttfc")) ?? 0, 3),
        failed: (figures.get(`${name} failed`) ?? []).reduce((sum, value) => sum + value, 0),
      };
    }
    yield goal("processor: at most 35 us per chunk", of("mx-proxy", "cpu"), (v) => v <= 35);
    const added = less(of("mx-proxy", "ttfc"), of("direct", "ttfc"));
    yield goal("added to the first chunk: p50 at most 0.6 ms", added, (v) => v <= 0.6);
    const thousand = { concurrent: 1000, each: 1, chunks: short ? 30 : 200, interval: 100 };
    for (const one of all.filter(({ name }) => ["direct", "nginx", "mx-proxy"].includes(name))) {
      const { failed, chunks, longestGap, ttfcP99 } = await readStreams(one, otherCpu, thousand);
      const figure = {
        failed,
        chunks,
        longest_gap_ms: round(longestGap),
        ttfc_p99_ms: round(ttfcP99),
      };
      yield { what: `${one.name}: 1,000 streams at a time, 10 chunks per second each`, ...figure };
      if (one.name !== "mx-proxy") continue;
      const stalled = failed > 0 ? Infinity : longestGap;
      yield goal("1,000 streams, no gap of 1,000 ms", stalled, (v) => v < 1000);
    }
  } finally {
    await stopAll(all);
  }
}

/** Memory after 50,000 calls, and after as many again. */
async function* memory(folder: string) {
  await using upstream = await completionUpstream(folder, otherCpu);
  const one = await mxProxy({ folder, cpu: proxyCpu, upstream: upstream.origin });
  const { program } = one;
  if (program === null) return;
  try {
    const idle = program.memoryMb();
    const half = async (connections: number) => {
      for (let calls = 0; calls < 50_000;) {
        const { requests } = await wrk(one, { folder, cpu: otherCpu, connections, seconds: 1 });
        calls += requests;
      }
      return program.memoryMb();
    };
    const [first, second] = [await half(32), await half(256)];
    const figures = { idle_mb: round(idle, 1), after_50k_mb: round(first, 1) };
    const peak = round(program.memoryMb("VmHWM"), 1);
    yield { what: "mx-proxy: memory", ...figures, after_100k_mb: round(second, 1), peak_mb: peak };
    yield goal("memory after 50,000 calls: at most 120 MB", first, (v) => v <= 120);
    yield goal("the next 50,000: at most 15 MB more", second - first, (v) => v <= 15);
  } finally {
    await stopAll([one]);
  }
}

/**
 * mx-proxy and others in front of the same upstreams, in one run. Each proxy is alone on one processor; the
 * rounds take turns, so that what else the machine does meets all of them.
 */
export async function* proxy(short: boolean) {
  if (availableParallelism() < 2) {
    console.error("skipped: proxy needs two processors, one for the proxy and one for the rest");
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "mx-bench-"));
  try {
    yield { what: "load of the machine before", load_1m: loadavg()[0] ?? null };
    yield* shortReplies(folder, short);
    yield* streams(folder, short);
    yield* memory(folder);
    yield {
      what: "load of the machine after, the benchmark's own included",
      load_1m: loadavg()[0],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
