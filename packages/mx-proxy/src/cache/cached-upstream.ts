import type { Masker } from "@mx/cli";
import { sha256 } from "@mx/records";
import { isTrialPath } from "../call/trial-path.ts";
import { PlayedExchange } from "../script/played-exchange.ts";
import { Occurrences } from "../stored/occurrences.ts";
import { ReplyTap, type Taken } from "../stored/reply-tap.ts";
import { requestDigest } from "../stored/request-digest.ts";
import { storedPieces, storedReply, type StoredReply } from "../stored/stored-reply.ts";
import { WrappedExchange } from "../stored/wrapped-exchange.ts";
import { WrappedUpstream } from "../stored/wrapped-upstream.ts";
import type { Exchange, Reply, Upstream, UpstreamRequest } from "../upstream/upstream.ts";
import type { ReplyStore } from "./reply-store.ts";

/** Answers a model call that was answered before with the reply that it got then. */
export class CachedUpstream extends WrappedUpstream {
  readonly #store: ReplyStore;
  readonly #masker: Masker;
  readonly #occurrences = new Occurrences();

  /** A reply in which the masker finds a secret is not stored. */
  constructor(inner: Upstream, store: ReplyStore, masker: Masker) {
    super(inner);
    this.#store = store;
    this.#masker = masker;
  }

  override call(request: UpstreamRequest, reply: Reply): Exchange {
    const { method, path, subject, trial } = request;
    const asked = path.split("?", 1)[0] ?? "";
    if (method !== "POST" || !isTrialPath(method, asked)) return this.inner.call(request, reply);
    const digest = requestDigest(request);
    const { task, trial: index, attempt } = subject;
    const place = this.#occurrences.take(
      JSON.stringify([trial?.key ?? null, task, index, attempt, digest]),
    );
    const key = sha256(JSON.stringify([1, digest, task, index, place.index]));
    let taken: Taken | null = null;
    const exchange = new WrappedExchange((state) => {
      if (state !== "ok") place.giveBack();
      else if (taken !== null) this.#keep(key, taken);
    }, "miss");
    const answer = (stored: StoredReply | null) => {
      if (exchange.over) return;
      if (stored !== null) return exchange.enter(playStored(stored, reply));
      const tap = new ReplyTap(reply, (copy) => (taken = copy === "too large" ? null : copy));
      exchange.enter(this.inner.call(request, tap));
    };
    this.#store
      .read(key)
      .catch(() => null)
      .then(answer)
      .catch((error: unknown) => reply.fail({ code: "internal_error", message: String(error) }));
    return exchange;
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#store.close();
  }

  #keep(key: string, { head, body, fault }: Taken): void {
    if (head?.status !== 200 || fault !== null) return;
    const stored = storedReply(head, body);
    const whole = Buffer.concat([Buffer.from(stored.headers.join("\n")), ...body.pieces]);
    if (this.#masker.bytes(whole).equals(whole)) this.#store.write(key, stored);
  }
}

function playStored(stored: StoredReply, reply: Reply): Exchange {
  const { status, message, headers } = stored;
  return new PlayedExchange(
    {
      head: { status, message, headers },
      pieces: storedPieces(stored),
      dueMs: [],
      delayMs: 0,
      hang: false,
      fault: null,
    },
    reply,
    { attempts: 0, sent: false, upstream: null, cache: "hit" },
  );
}
