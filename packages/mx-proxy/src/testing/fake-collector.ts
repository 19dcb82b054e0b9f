import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A span as a collector gets it, its attributes by name. */
export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code: number; message?: string };
  attributes: Record<string, unknown>;
}

export interface FakeCollector extends AsyncDisposable {
  url: string;
  /** Paths, headers and bodies that came. */
  requests: { path: string; headers: IncomingHttpHeaders; body: string }[];
  /** The spans so far, once there are so many. */
  spans(count: number): Promise<ReceivedSpan[]>;
}

/** A server on loopback that takes OTLP as JSON over HTTP, and answers with a status. */
export async function fakeCollector(status = 200): Promise<FakeCollector> {
  const requests: FakeCollector["requests"] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { url: path = "", headers } = request;
      requests.push({ path, headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const received = () => requests.flatMap(({ body }) => spansOf(JSON.parse(body)));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async spans(count) {
      for (let waited = 0; waited < 500 && received().length < count; waited += 1) await sleep(10);
      return received();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The spans of an OTLP request, or of what a collector writes, in JSON. */
export function spansOf(traces: {
  resourceSpans: { scopeSpans: { spans: object[] }[] }[];
}): ReceivedSpan[] {
  return traces.resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map((span) => {
      const { attributes, ...rest } = span as { attributes: { key: string; value: Value }[] };
      const named = attributes.map(({ key, value }) => [key, plain(value)]);
      return { ...rest, attributes: Object.fromEntries(named) } as ReceivedSpan;
    });
}

interface Value {
  stringValue?: string;
  intValue?: string | number;
  doubleValue?: number;
  boolValue?: boolean;
  arrayValue?: { values: Value[] };
}

function plain(value: Value): unknown {
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(plain);
  return value.stringValue ?? value.doubleValue ?? value.boolValue;
}
