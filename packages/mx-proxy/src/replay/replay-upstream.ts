import { errorReply } from "../call/error-reply.ts";
import { jsonScene } from "../script/json-scene.ts";
import { PlayedUpstream } from "../script/played-upstream.ts";
import { PlayedExchange, type Scene } from "../script/played-exchange.ts";
import { Occurrences } from "../stored/occurrences.ts";
import { storedPieces } from "../stored/stored-reply.ts";
import { WrappedExchange } from "../stored/wrapped-exchange.ts";
import { listed } from "../upstream/listed-model.ts";
import type { Exchange, Reply, Subject, UpstreamRequest } from "../upstream/upstream.ts";
import { canonicalDigest } from "./canonical-request.ts";
import type { Entry } from "./cassette-index.ts";
import type { CassetteLine } from "./cassette-line.ts";
import { cassetteTrial, suits } from "./cassette-trial.ts";
import type { Cassette } from "./cassette.ts";
import { replayMiss } from "./replay-miss.ts";

const replayed = { attempts: 0, sent: false, upstream: null, cache: "replay" } as const;

/** Answers from a recording, and from nothing else. */
export class ReplayUpstream extends PlayedUpstream {
  readonly #cassette: Cassette;
  /** How often faster than they came pieces go out; 0: at once. */
  readonly #speed: number;
  readonly #occurrences = new Occurrences();

  constructor(cassette: Cassette, speed: number) {
    super("recording");
    this.#cassette = cassette;
    this.#speed = speed;
  }

  override models(): Promise<string[]> {
    return Promise.resolve([...this.#cassette.models]);
  }

  override call(request: UpstreamRequest, reply: Reply): Exchange {
    const { method, path, body, trial, subject } = request;
    const digest = canonicalDigest(method, path, body);
    const name = JSON.stringify([trial?.key ?? cassetteTrial(subject), digest]);
    const place = this.#occurrences.take(name);
    const exchange = new WrappedExchange((state) => {
      if (state === "cancelled") place.giveBack();
    }, "replay");
    void this.#scene(request, digest, place.index).then(
      (scene) => {
        if (!exchange.over) exchange.enter(new PlayedExchange(scene, reply, replayed));
      },
      (error: unknown) => {
        const message = `the recording cannot be read any more: ${String(error)}`;
        if (!exchange.over) reply.fail({ code: "recording_not_readable", message });
      },
    );
    return exchange;
  }

  override close(): Promise<void> {
    return this.#cassette.close();
  }

  async #scene(request: UpstreamRequest, digest: string, occurrence: number): Promise<Scene> {
    const same = this.#cassette.find(digest);
    const entry = pick(same, request.subject, occurrence);
    if (entry !== null) return played(await this.#cassette.read(entry), this.#speed);
    if (request.method === "GET" && request.path === "/v1/models") return this.#listing();
    const why = await replayMiss(this.#cassette, request, same);
    const message = `this request is not in the recording: ${why}`;
    const body = errorReply(request.path, { status: 404, code: "replay_miss", message });
    return jsonScene(404, body, ["x-should-retry", "false"]);
  }

  /** The models that were asked, where nobody asked for their list. */
  #listing(): Scene {
    const data = this.#cassette.models.map((id) => listed(id, "recording"));
    return jsonScene(200, JSON.stringify({ object: "list", data }));
  }
}

/** The recorded call of this asker; else one that was recorded for any. */
function pick(same: readonly Entry[], subject: Subject, occurrence: number): Entry | null {
  const nth = same.filter((entry) => entry.occurrence === occurrence && suits(entry, subject));
  const own = nth.filter(({ trial }) => trial === subject.trial);
  return own.find(({ task }) => task === subject.task) ?? own[0] ?? nth[0] ?? null;
}

function played({ reply, fault }: CassetteLine, speed: number): Scene {
  return {
    head: reply === null ? null : { ...reply },
    pieces: reply === null ? [] : storedPieces(reply),
    dueMs: speed === 0 ? [] : (reply?.pieces ?? []).map(({ at_ms }) => at_ms / speed),
    delayMs: 0,
    hang: false,
    fault: fault ?? (reply === null ? { code: "upstream_reset", message: "no reply" } : null),
  };
}
