import type { Request } from "@mx/records";
import { picoUsd } from "../prices/money.ts";
import { Buckets } from "./buckets.ts";

const durations = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800];
const firstBytes = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** What the calls of one model at one upstream came to. */
export class CallCounters {
  /** Calls, by `STATUS STATE`. */
  readonly requests = new Map<string, number>();
  /** Calls of a cached proxy, by what the cache said. */
  readonly cache = new Map<string, number>();
  readonly tokens = { input: 0, output: 0, cached_input: 0, reasoning: 0 };
  /** Calls that cost tokens nobody knows the number of. */
  withoutUsage = 0;
  picoUsd = 0n;
  /** Calls whose cost is not known. */
  withoutCost = 0;
  /** Tries after the first. */
  retries = 0;
  /** Time in seconds that calls waited for a place at an upstream. */
  queued = 0;
  /** In seconds. */
  readonly duration = new Buckets(durations);
  /** In seconds. */
  readonly firstByte = new Buckets(firstBytes);

  add(record: Request): void {
    increment(this.requests, `${record.status ?? "none"} ${record.state}`);
    if (record.cache !== "off") increment(this.cache, record.cache);
    this.#addUsage(record);
    this.retries += Math.max(0, record.attempts - 1);
    this.queued += (record.queue_ms ?? 0) / 1000;
    this.duration.add(record.elapsed_ms / 1000);
    if (record.ttft_ms !== null) this.firstByte.add(record.ttft_ms / 1000);
  }

  #addUsage({ usage, cost_usd }: Request): void {
    if (cost_usd === null) this.withoutCost += 1;
    else if (cost_usd > 0) this.picoUsd += picoUsd(cost_usd);
    if (usage.calls === 0) return;
    if (usage.input_tokens === null || usage.output_tokens === null) this.withoutUsage += 1;
    this.tokens.input += usage.input_tokens ?? 0;
    this.tokens.output += usage.output_tokens ?? 0;
    this.tokens.cached_input += usage.cached_input_tokens ?? 0;
    this.tokens.reasoning += usage.reasoning_tokens ?? 0;
  }
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
