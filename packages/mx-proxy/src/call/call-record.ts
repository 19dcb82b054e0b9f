import { roundedMs } from "@mx/cli/rounded-ms";
import { noUsage, type Request, type Usage } from "@mx/records";
import { callCost } from "../prices/call-cost.ts";
import type { PriceList } from "../prices/price-list.ts";
import type { Try } from "../upstream/upstream.ts";
import type { Call } from "./call.ts";
import { callerFields } from "./caller-fields.ts";

/** The record of a call that has just ended. Texts that the client chose are cut to a sensible length. */
export function callRecord(
  call: Call,
  state: Request["state"],
  error: string | undefined,
  prices: PriceList,
): Request {
  const reader = call.relay?.reader ?? null;
  const { exchange } = call;
  const sent = exchange?.sent ?? false;
  const firstByteAt = call.relay?.firstByteAt ?? null;
  const stored = exchange?.cache === "hit" || exchange?.cache === "replay";
  // Nobody was asked for what was stored before: it has cost nothing now.
  const used = stored ? noUsage : usage(call, sent);
  const storedUsage = stored ? (reader?.facts.usage ?? null) : null;
  const [path = "", model, served, finish, said] = masked(call, [
    call.path,
    call.asked.model ?? undefined,
    reader?.facts.model ?? undefined,
    reader?.facts.finishReason ?? undefined,
    error,
  ]);
  return {
    type: "request",
    version: 1,
    id: call.id,
    started_at: new Date(call.startedAt).toISOString(),
    ...callerFields(call.caller?.trial ?? null),
    method: call.request.method ?? "",
    path: path.slice(0, 1000),
    model: model?.slice(0, 300) ?? null,
    model_served: served?.slice(0, 300) ?? null,
    finish_reason: finish?.slice(0, 100) ?? null,
    upstream: exchange?.upstream ?? null,
    ...(exchange === null || exchange.model === null ? {} : { model_sent: exchange.model }),
    status: call.response.headersSent ? call.response.statusCode : null,
    state,
    ...(said === undefined ? {} : { error: said.slice(0, 2000) }),
    attempts: exchange?.attempts ?? 0,
    ...(exchange === null || exchange.tries.length === 0 ? {} : { tries: maskedTries(call) }),
    ...(exchange === null || exchange.queueMs === 0
      ? {}
      : { queue_ms: roundedMs(exchange.queueMs) }),
    streamed: reader?.streamed ?? false,
    usage: used,
    cost_usd:
      exchange?.costUsd === undefined
        ? callCost(prices, call.asked, exchange?.model ?? null, { state, usage: used }, reader)
        : exchange.costUsd,
    ttft_ms: firstByteAt === null ? null : roundedMs(firstByteAt - call.began),
    elapsed_ms: roundedMs(performance.now() - call.began),
    cache: exchange?.cache ?? "off",
    ...(storedUsage === null ? {} : { stored_usage: storedUsage }),
  };
}

/** Texts without secrets. They hardly ever hold one, so that one look at all of them together is enough. */
function masked(call: Call, texts: (string | undefined)[]): (string | undefined)[] {
  // Longer than any of them may be in the end, so that no secret is cut in two where it could be seen.
  const short = texts.map((text) => text?.slice(0, 8000));
  const all = short.join("\n");
  return call.mask(all) === all ? short : short.map((text) => text && call.mask(text));
}

/** The tries of a call, without secrets. */
function maskedTries(call: Call): Try[] {
  return (call.exchange?.tries ?? []).map((one) =>
    one.error === undefined ? one : { ...one, error: call.mask(one.error) },
  );
}

/** What the reply reported. A model that was asked and did not report may have cost tokens: they are unknown. */
function usage(call: Call, sent: boolean): Usage {
  // A response that is read again, by GET, says again what it has used.
  if (!call.asksModel) return noUsage;
  const reader = call.relay?.reader ?? null;
  if (reader?.facts.usage != null) return reader.facts.usage;
  const refused = reader !== null && call.response.statusCode >= 400;
  return sent && !refused ? { ...noUsage, calls: 1 } : noUsage;
}
