import type { Request } from "@mx/records";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Admission } from "../budget/budgets.ts";
import type { Exchange } from "../upstream/upstream.ts";
import { readAsked, nothingAsked, type Asked } from "./asked.ts";
import { callId } from "./call-id.ts";
import { callRecord } from "./call-record.ts";
import { requestHeaders } from "./headers.ts";
import { includeUsage } from "./include-usage.ts";
import type { Caller } from "./key-ring.ts";
import { openaiError, type Refusal } from "./openai-error.ts";
import type { Proxy } from "./proxy.ts";
import { readBody } from "./read-body.ts";
import { Relay } from "./relay.ts";
import { subjectOf } from "./subject-of.ts";
import { isTrialPath } from "./trial-path.ts";

/** Paths whose streams can be asked to end with their usage. */
const usageStreams = new Set(["/v1/chat/completions", "/v1/completions"]);
/** Paths whose streams say when they are complete. */
const endingStreams = new Set([...usageStreams, "/v1/responses", "/v1/messages"]);

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

  constructor(proxy: Proxy, request: IncomingMessage, response: ServerResponse) {
    this.#proxy = proxy;
    this.request = request;
    this.response = response;
    this.path = (request.url ?? "").split("?", 1)[0] ?? "";
    proxy.calls.add(this);
    // Whatever goes wrong with the connection, it is closed then, and that is what counts.
    response.on("error", () => {});
    response.once("close", () =>
      this.abort("the client left before the reply was complete", false),
    );
  }

  /** True where a model is asked, which costs tokens; reading the list of models does not. */
  get asksModel(): boolean {
    return this.request.method === "POST";
  }

  async run(): Promise<void> {
    const { keys, ledger, settings } = this.#proxy;
    const full = ledger.full();
    if (full !== null) await full;
    this.caller = await keys.identify(this.request.headers.authorization);
    if (this.#settled) return;
    const refusal = this.#refusal();
    if (refusal !== null) return this.refuse(refusal);
    this.#beginCounting();
    const body = await readBody(this.request, settings.maxBodyBytes);
    if (this.#settled || body === "gone") return;
    if (body === "too large") {
      const message = `the request is larger than ${settings.maxBodyBytes} bytes`;
      return this.refuse({ status: 413, code: "request_too_large", message });
    }
    this.asked = readAsked(body, this.request.headers["content-encoding"]);
    const model = this.caller?.trial?.model ?? null;
    if (model !== null && this.asksModel && this.asked.model !== model) {
      const message = `this key is good for the model ${model} only`;
      return this.refuse({ status: 403, code: "model_not_allowed", message });
    }
    const refused = this.asksModel ? this.#reserve(body?.length ?? 0) : null;
    if (refused !== null) return this.refuse(refused);
    this.#forward(body);
  }

  /** Ends the call in whatever phase it is. `hangUp` closes the client's connection too. */
  abort(reason: string, hangUp = true): void {
    if (this.#settled) return;
    this.#settle("cancelled", reason);
    this.relay?.cancel();
    this.exchange?.abort();
    if (hangUp) this.response.destroy();
  }

  /** Ends a call that the proxy itself has failed at. */
  crash(error: unknown): void {
    if (this.#settled) return;
    this.relay?.cancel();
    this.exchange?.abort();
    const message = `internal_error: ${String(error)}`;
    if (this.response.headersSent) this.response.destroy();
    else
      this.response
        .writeHead(500)
        .end(openaiError({ status: 500, code: "internal_error", message }));
    this.#settle("error", message);
  }

  /** Answers instead of an upstream. */
  refuse(refusal: Refusal): void {
    const headers = ["content-type", "application/json", "x-mx-request-id", this.id];
    if (refusal.status === 401) headers.push("www-authenticate", "Bearer");
    // The rest of a body that nobody will read is not worth waiting for.
    if (!this.request.complete) headers.push("connection", "close");
    this.response.writeHead(refusal.status, headers);
    this.#settle("refused", `${refusal.code}: ${refusal.message}`);
    this.response.end(openaiError(refusal));
  }

  #refusal(): Refusal | null {
    if (this.caller === null) {
      const message =
        "no valid key: send the admin key or a trial key of this mx-proxy as a bearer token";
      return { status: 401, code: "invalid_api_key", message };
    }
    if (this.path !== "/v1" && !this.path.startsWith("/v1/")) {
      return { status: 404, code: "unknown_path", message: "model calls go to paths below /v1" };
    }
    if (this.caller.trial !== null && !isTrialPath(this.request.method ?? "", this.path)) {
      const message = "a trial key is good for model calls only";
      return { status: 403, code: "path_not_allowed", message };
    }
    return null;
  }

  #beginCounting(): void {
    const trial = this.caller?.trial;
    if (trial == null || !this.asksModel) return;
    this.#count = this.#proxy.totals.begin(trial.key, trial.attempt, () =>
      this.abort("the attempt was over"),
    );
  }

  /** Takes the call's place in the budgets; else why it has none. */
  #reserve(bytes: number): Refusal | null {
    const { budgets, totals } = this.#proxy;
    const { path, asked } = this;
    const trial = this.caller?.trial ?? null;
    const admitted = budgets.admit({ path, bytes, asked, trial: trial?.key ?? null });
    if ("settle" in admitted) this.#admission = admitted;
    else if (trial !== null) totals.refuse(trial.key, trial.attempt, admitted);
    return "settle" in admitted ? null : admitted;
  }

  #forward(body: Buffer | null): void {
    const { upstream, settings } = this.#proxy;
    const ask =
      settings.includeUsage &&
      this.asked.stream &&
      !this.asked.includeUsage &&
      usageStreams.has(this.path);
    const relay = new Relay({
      response: this.response,
      id: this.id,
      announcesEnd: this.asksModel && endingStreams.has(this.path),
      hideUsage: ask,
      resume: () => this.exchange?.resume(),
      ended: ({ state, error }) => this.#settle(state, error),
      masker: this.#proxy.masker,
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
      },
      relay,
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

  /** The call has come to its end: one record, whatever the end. */
  #settle(state: Request["state"], error?: string): void {
    if (this.#settled) return;
    this.#settled = true;
    const record = callRecord(this, state, error, this.#proxy.prices);
    this.#admission?.settle(record);
    this.#proxy.calls.delete(this);
    this.#count(record);
    this.#proxy.ledger.add(record);
  }
}
