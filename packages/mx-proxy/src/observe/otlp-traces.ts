import { SpanKind, SpanStatusCode, TraceFlags, type HrTime } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-base";
import type { Request } from "@mx/records";
import { setTimeout as sleep } from "node:timers/promises";
import { conventions, genaiSpan, type GenaiSpan, type SpanFacts } from "./genai-span.ts";
import type { TraceTarget } from "./trace-target.ts";
import type { SpanCounts, Traces } from "./traces.ts";

/** Spans that may wait for a slow collector; further ones are dropped. */
const mostWaiting = 4096;
/** How long spans wait for others to be sent with, and a collector may take, in ms. */
const gatherMs = 1000;
const timeoutMs = 10_000;

export interface TraceSettings {
  target: TraceTarget;
  version: string;
  /** Name of the service that spans are from. */
  service: string;
  bodies: boolean;
  /** Hears once that spans cannot be sent. */
  note: (text: string) => void;
}

/** Sends spans to a collector, as JSON over HTTP (OTLP), in batches and beside the calls. */
export class OtlpTraces implements Traces {
  readonly target: string;
  readonly bodies: boolean;
  readonly #note: (text: string) => void;
  readonly #processor: BatchSpanProcessor;
  readonly #shared: Pick<ReadableSpan, "resource" | "instrumentationScope">;
  #sent = 0;
  #failed = 0;
  #dropped = 0;
  #waiting = 0;
  #noted = false;

  constructor({ target, version, service, bodies, note }: TraceSettings) {
    this.target = target.name;
    this.bodies = bodies;
    this.#note = note;
    this.#shared = {
      resource: resourceFromAttributes({ "service.name": service, "service.version": version }),
      instrumentationScope: {
        name: "mx-proxy",
        version,
        schemaUrl: `https://opentelemetry.io/schemas/${conventions}`,
      },
    };
    const { url, headers } = target;
    const exporter = new OTLPTraceExporter({ url, headers, timeoutMillis: timeoutMs });
    this.#processor = new BatchSpanProcessor(this.#counting(exporter), {
      // More than ever wait, so that what is dropped is dropped here, where it is counted.
      maxQueueSize: mostWaiting + 1,
      maxExportBatchSize: 512,
      scheduledDelayMillis: gatherMs,
      exportTimeoutMillis: 2 * timeoutMs,
    });
  }

  add(record: Request, facts: SpanFacts): void {
    let span: GenaiSpan;
    try {
      span = genaiSpan(record, facts);
    } catch (error) {
      // A call that is well is not to fail at being watched.
      this.#failed += 1;
      return this.#complain(String(error));
    }
    if (!span.place.sampled) return;
    if (this.#waiting >= mostWaiting) {
      this.#dropped += 1;
      this.#complain("too many wait");
      return;
    }
    this.#waiting += 1;
    this.#processor.onEnd({ ...readable(span), ...this.#shared });
  }

  counts(): SpanCounts {
    const [sent, failed, dropped] = [this.#sent, this.#failed, this.#dropped];
    return { sent, failed, dropped, waiting: this.#waiting };
  }

  async close(limitMs: number): Promise<void> {
    const over = new AbortController();
    const limit = sleep(limitMs, null, { signal: over.signal }).catch(() => null);
    await Promise.race([this.#processor.shutdown().catch(() => null), limit]);
    over.abort();
    if (this.#waiting > 0) this.#complain("there was no time left", this.#waiting);
  }

  #counting(exporter: SpanExporter): SpanExporter {
    return {
      export: (spans, done) => {
        exporter.export(spans, (result) => {
          this.#waiting -= spans.length;
          if (result.code === 0) this.#sent += spans.length;
          else {
            this.#failed += spans.length;
            this.#complain(result.error?.message ?? "refused");
          }
          done(result);
        });
      },
      shutdown: () => exporter.shutdown(),
    };
  }

  #complain(why: string, lost?: number): void {
    if (this.#noted && lost === undefined) return;
    this.#noted = true;
    const what = lost === undefined ? "spans" : lost === 1 ? "1 span" : `${lost} spans`;
    this.#note(`${what} could not be sent to ${this.target}: ${why.slice(0, 300)}`);
  }
}

/** A finished span as the SDK's processors take it. The calls are not its own, so its tracer is not needed. */
function readable(span: GenaiSpan): Omit<ReadableSpan, "resource" | "instrumentationScope"> {
  const { traceId, spanId, parentId } = span.place;
  const context = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
  const parent =
    parentId === null
      ? {}
      : { parentSpanContext: { ...context, spanId: parentId, isRemote: true } };
  return {
    name: span.name,
    kind: SpanKind.CLIENT,
    spanContext: () => context,
    ...parent,
    startTime: hrTime(span.startedAt),
    endTime: hrTime(span.startedAt + span.elapsedMs),
    duration: hrTime(span.elapsedMs),
    status:
      span.error === null
        ? { code: SpanStatusCode.UNSET }
        : { code: SpanStatusCode.ERROR, message: span.error },
    attributes: span.attributes,
    links: [],
    events: [],
    ended: true,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.floor((ms - seconds * 1000) * 1e6)];
}
