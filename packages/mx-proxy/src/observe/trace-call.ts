import type { Request } from "@mx/records";
import type { Call } from "../call/call.ts";
import type { Upstream } from "../upstream/upstream.ts";
import type { SpanFacts } from "./genai-span.ts";
import { inputMessages } from "./message.ts";
import { ToldMessages } from "./told-messages.ts";
import type { Traces } from "./traces.ts";

/** Characters of what was said, each way, that a span holds at most. */
export const mostSaid = 32_768;

/** Makes a span of a model call that has ended. Calls without a good key, and those that ask no model, are none. */
export function traceCall(traces: Traces, record: Request, call: Call, upstream: Upstream): void {
  if (call.caller === null || !call.asksModel) return;
  const state = upstream.states().find(({ name }) => name === record.upstream);
  const traceparent = call.request.headers["traceparent"];
  traces.add(record, {
    asked: call.asked,
    address: state?.address ?? null,
    traceparent: typeof traceparent === "string" ? traceparent : undefined,
    said: traces.bodies ? said(call) : null,
  });
}

function said(call: Call): NonNullable<SpanFacts["said"]> {
  const reply = call.relay?.messages ?? null;
  const sent = new ToldMessages(mostSaid, (text) => call.mask(text));
  const came = new ToldMessages(mostSaid, (text) => call.mask(text));
  const input = sent.tell(inputMessages(call.asked.body));
  const output = came.tell(reply?.messages() ?? []);
  return { input, output, cut: sent.cut || came.cut || reply?.cut === true };
}
