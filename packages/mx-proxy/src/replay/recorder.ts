import type { Masker, MxError } from "@mx/cli";
import { LineFile } from "../ledger/line-file.ts";
import { Occurrences } from "../stored/occurrences.ts";
import { ReplyTap, type Taken } from "../stored/reply-tap.ts";
import { storedReply, type Body } from "../stored/stored-reply.ts";
import { WrappedExchange } from "../stored/wrapped-exchange.ts";
import { WrappedUpstream } from "../stored/wrapped-upstream.ts";
import type { Exchange, Reply, Upstream, UpstreamRequest } from "../upstream/upstream.ts";
import { canonicalDigest, comparable } from "./canonical-request.ts";
import type { CassetteLine } from "./cassette-line.ts";
import { cassetteTrial } from "./cassette-trial.ts";

export interface RecorderOptions {
  path: string;
  /** Takes secrets out of what is written. */
  masker: Masker;
  /** Hears that the file cannot be written. */
  failed: (error: MxError) => void;
  note: (text: string) => void;
}

/** Writes every call that comes to its end to a cassette, with what it was answered. */
export class Recorder extends WrappedUpstream {
  readonly #file: LineFile;
  readonly #options: RecorderOptions;
  readonly #occurrences = new Occurrences();

  private constructor(inner: Upstream, file: LineFile, options: RecorderOptions) {
    super(inner);
    this.#file = file;
    this.#options = options;
  }

  /** Opens the cassette, to which lines are added. */
  static async open(inner: Upstream, options: RecorderOptions): Promise<Recorder> {
    const { path, failed } = options;
    const names = { name: "recording", flag: "--record", cutTorn: true };
    return new Recorder(inner, await LineFile.open(path, { ...names, failed }), options);
  }

  override call(request: UpstreamRequest, reply: Reply): Exchange {
    const { method, path, body, subject, trial } = request;
    const asker = cassetteTrial(subject);
    const digest = canonicalDigest(method, path, body);
    const place = this.#occurrences.take(JSON.stringify([trial?.key ?? asker, digest]));
    let over = false;
    const exchange = new WrappedExchange((state) => {
      // A client can leave while the end of its reply, which is recorded, is still being read.
      if (state === "cancelled" && !over) place.giveBack();
    });
    const tap = new ReplyTap(reply, (taken) => {
      over = true;
      if (taken === "too large") this.#options.note("a reply was too large to be recorded");
      else this.#write(request, { ...asker, occurrence: place.index }, taken);
    });
    exchange.enter(this.inner.call(request, tap));
    return exchange;
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#file.close();
  }

  #write(
    { method, path, body }: UpstreamRequest,
    asker: Pick<CassetteLine, "task" | "trial" | "occurrence">,
    { head, body: pieces, fault }: Taken,
  ): void {
    const { masker } = this.#options;
    const line: CassetteLine = {
      type: "cassette",
      version: 1,
      method,
      path,
      ...asker,
      ...bodyMembers(body),
      reply: head === null ? null : storedReply(head, this.#masked(pieces)),
      ...(fault === null ? {} : { fault: { ...fault } }),
    };
    this.#file.append(masker.text(JSON.stringify(line)));
  }

  /** A body with a secret in it, wherever its pieces were cut, loses the secret and is one piece. */
  #masked(body: Body): Body {
    const whole = Buffer.concat(body.pieces);
    const masked = this.#options.masker.bytes(whole);
    return masked.equals(whole) ? body : { pieces: [masked], atMs: body.atMs.slice(0, 1) };
  }
}

function bodyMembers(body: Buffer | null): Pick<CassetteLine, "body" | "body_base64"> {
  if (body === null) return {};
  if (comparable(body) === undefined) return { body_base64: body.toString("base64") };
  return { body: body.toString() };
}
