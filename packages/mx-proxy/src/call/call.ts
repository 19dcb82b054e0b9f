import type { Request } from "@mx/records";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Admission } from "../budget/budgets.ts";
import type { Repeated } from "../repeats/repeats.ts";
import type { Exchange } from "../upstream/upstream.ts";
import { ReplyMessages } from "../observe/reply-messages.ts";
import { mostSaid, traceCall } from "../observe/trace-call.ts";
import { readAsked, nothingAsked, type Asked } from "./asked.ts";
import { callId } from "./call-id.ts";
import { callRecord } from "./call-record.ts";
import { CodedErrors } from "./coded-errors.ts";
import { header, requestHeaders } from "./headers.ts";
import { isAnswering, usageStreams } from "./answering-paths.ts";
import { googleCall } from "./google-call.ts";
import { includeUsage } from "./include-usage.ts";
import { errorReply } from "./error-reply.ts";
import type { Caller } from "./key-ring.ts";
import { modelRefusal } from "./model-refusal.ts";
import type { Refusal } from "./openai-error.ts";
import type { Proxy } from "./proxy.ts";
import { readBody } from "./read-body.ts";
import { Relay } from "./relay.ts";
import { subjectOf } from "./subject-of.ts";
import { isTrialPath } from "./trial-path.ts";

/** One call: who makes it, what it asks, the upstream's reply, and the record of it all. */
export class Call {
  readonly id = callId();
  readonly startedAt = Date.now();
  readonly began = performance.now();
  readonly path: string;
  caller: Caller | null = null;
  asked: Asked = nothingAsked;
  exchange: Exchange | null = null;
  relay: Relay | null = null;
  /** Its place among the running calls. */
  slot = 0;
  readonly #proxy: Proxy;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  #settled = false;
  #count: (record: Request | null) => void = () => {};
  #admission: Admission | null = null;
  #body: Buffer | null = null;

  constructor(proxy: Proxy, request: IncomingMessage, response: ServerResponse) {
    this.#proxy = proxy;
    this.request = request;
    this.response = response;
    this.path = (request.url ?? "").split("?", 1)[0] ?? "";
    proxy.calls.add(this);
    // Whatever goes wrong with the connection, it is closed then, and that is what counts.
    response.on("error", () => {});
    response.once("close", () => {
      this.abort("the client left before the reply was complete", false);
      this.exchange?.closed?.(response.writableFinished);
    });
  }

  /** True where a model is asked, which costs tokens; reading the list of models does not. */
  get asksModel(): boolean {
    return this.request.method === "POST";
  }

  async run(): Promise<void> {
    const { keys, ledger, settings } = this.#proxy;
    const full = ledger.full();
    if (full !== null) await full;
    const caller = await keys.identify(this.request.headers);
    if (this.#settled) return;
    if ("status" in caller) return this.refuse(caller);
    this.caller = caller;
    const refusal = this.#refusal(caller);
    if (refusal !== null) return this.refuse(refusal);
    this.#beginCounting();
    const body = await readBody(this.request, settings.maxBodyBytes);
    if (this.#settled || body === "gone") return;
    if (body === "too large") {
      const message = `the request is larger than ${settings.maxBodyBytes} bytes`;
      return this.refuse({ status: 413, code: "request_too_large", message });
    }
    this.asked = readAsked(body, this.request.headers["content-encoding"], this.path);
    const models = caller.trial?.models;
    const named = googleCall(this.path) === null ? body : null;
    const notAllowed =
      models !== undefined && this.asksModel ? modelRefusal(models, this.asked, named) : null;
    if (notAllowed !== null) return this.refuse(notAllowed);
    this.#body = body;
    const repeated = this.asksModel ? this.#proxy.repeats.refusal(this.#repeated()) : null;
    // The upstream's error once more, and an infrastructure's failure as that was: nobody is refused for what he asks.
    if (repeated !== null) return this.refuse(repeated, "error");
    const refused = this.asksModel ? this.#reserve(body?.length ?? 0) : null;
    if (refused !== null) return this.refuse(refused);
    this.#forward(body);
  }

  /** Ends the call in whatever phase it is. `hangUp` closes the client's connection too. */
  abort(reason: string, hangUp = true): void {
    if (this.#settled) return;
    this.relay?.cancel();
    // First, because some upstreams know only then what the call has cost.
    this.exchange?.abort();
    this.#settle("cancelled", reason);
    if (hangUp) this.response.destroy();
  }

  /** Ends a call that the proxy itself has failed at. */
  crash(error: unknown): void {
    if (this.#settled) return;
    this.relay?.cancel();
    this.exchange?.abort();
    const message = `internal_error: ${String(error)}`;
    this.#settle("error", message, () => {
      const error = { status: 500, code: "internal_error", message };
      if (this.response.headersSent) this.response.destroy();
      else this.response.writeHead(500).end(errorReply(this.path, error));
    });
  }

  /** Answers instead of an upstream. `error`: for a reason that lies with the upstream, which trying again does not better. */
  refuse(refusal: Refusal, state: "refused" | "error" = "refused"): void {
    const headers = ["content-type", "application/json", "x-mx-request-id", this.id];
    if (refusal.status === 401) headers.push("www-authenticate", "Bearer");
    if (state === "error") headers.push("x-should-retry", "false");
    // The rest of a body that nobody will read is not worth waiting for.
    if (!this.request.complete) headers.push("connection", "close");
    this.response.writeHead(refusal.status, headers);
    this.#settle(state, `${refusal.code}: ${refusal.message}`, () =>
      this.response.end(errorReply(this.path, refusal)),
    );
  }

  #refusal(caller: Caller): Refusal | null {
    if (this.path !== "/v1" && !this.path.startsWith("/v1/")) {
      return { status: 404, code: "unknown_path", message: "model calls go to paths below /v1" };
    }
    if (caller.trial !== null && !isTrialPath(this.request.method ?? "", this.path)) {
      const message = "a trial key is good for model calls only";
      return { status: 403, code: "path_not_allowed", message };
    }
    return null;
  }

  /** What makes this call the same as another one. */
  #repeated(): Repeated {
    const { method = "", url = "" } = this.request;
    return { method, url, body: this.#body, trial: this.caller?.trial ?? null };
  }

  #beginCounting(): void {
    if (!this.asksModel) return;
    this.#count = this.#proxy.totals.begin(this.caller?.trial ?? null, () =>
      this.abort("the attempt was over"),
    );
  }

  /** Takes the call's place in the budgets; else why it has none. */
  #reserve(bytes: number): Refusal | null {
    const { budgets, totals } = this.#proxy;
    const { path, asked } = this;
    const trial = this.caller?.trial ?? null;
    const admitted = budgets.admit({ path, bytes, asked, trial });
    if ("settle" in admitted) this.#admission = admitted;
    else totals.refuse(trial, admitted);
    return "settle" in admitted ? null : admitted;
  }

  #forward(body: Buffer | null): void {
    const { upstream, settings, traces } = this.#proxy;
    const ask =
      settings.includeUsage &&
      this.asked.stream &&
      !this.asked.includeUsage &&
      usageStreams.has(this.path);
    const relay = new Relay({
      response: this.response,
      id: this.id,
      path: this.path,
      answers: this.asksModel && isAnswering(this.path),
      hideUsage: ask,
      resume: () => this.exchange?.resume(),
      ended: ({ state, error }, send) => this.#settle(state, error, send),
      masker: this.#proxy.masker,
      messages: traces?.bodies === true ? new ReplyMessages(mostSaid) : null,
    });
    this.relay = relay;
    this.exchange = upstream.call(
      {
        method: this.request.method ?? "GET",
        path: this.request.url ?? "",
        // The event to hide can only be found where the stream is not compressed.
        headers: requestHeaders(this.request.rawHeaders, ask),
        body: ask && body !== null ? includeUsage(body) : body,
        asked: ask ? { ...this.asked, includeUsage: true } : this.asked,
        trial: this.caller?.trial ?? null,
        subject: subjectOf(this.caller, this.request.headers),
        session: header(this.request.rawHeaders, "x-mx-session") ?? null,
      },
      new CodedErrors(relay, this.#proxy.masker),
    );
  }

  /** A text without the secrets that this call knows of. */
  mask(text: string): string {
    const masked = this.#proxy.masker.text(text);
    const token = this.caller?.token;
    return token === undefined || !masked.includes(token)
      ? masked
      : masked.replaceAll(token, "***");
  }

  /** The call has come to its end: one record, whatever the end. `send` is called once the record is safe. */
  #settle(state: Request["state"], error?: string, send: () => void = () => {}): void {
    if (this.#settled) return;
    this.#settled = true;
    this.exchange?.settled?.(state);
    const record = callRecord(this, state, error, this.#proxy.prices);
    this.exchange?.used?.(record.usage);
    this.#admission?.settle(record);
    if (this.asksModel) this.#proxy.repeats.settle(this.#repeated(), record);
    this.#proxy.calls.delete(this);
    this.#count(record);
    this.#proxy.metrics.add(record);
    const { traces, upstream } = this.#proxy;
    if (traces !== null) traceCall(traces, record, this, upstream);
    this.#proxy.ledger.add(record, send);
  }
}
