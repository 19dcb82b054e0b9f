import { Semaphore, type Masker } from "@mx/cli";
import { addUsage, canonicalJson, noUsage, sha256 } from "@mx/records";
import { mxHome } from "@mx/store";
import { join } from "node:path";
import { CallError } from "./call-error.ts";
import type { JudgeMessage, JudgeReply } from "./judge-client.ts";
import { openConnection, unusable, type Connection } from "./judge-connection.ts";
import type { JudgeOptions } from "./judge-options.ts";
import type { JudgeTotals } from "./judge-totals.ts";
import { readReply, type ReplyShape } from "./read-reply.ts";
import { ReplyCache } from "./reply-cache.ts";
import { withRetries, type RetryPolicy } from "./with-retries.ts";

/** Something to ask a judge. */
export interface Question<T> extends ReplyShape<T> {
  model: string;
  /** Name and version of the prompt: a new one makes what was kept of the old one useless. */
  name: string;
  version: string;
  /** JSON Schema of the reply. */
  jsonSchema: Record<string, unknown>;
  /** The prompt, with its long texts cut to a share of what they may have at most: 1, or less for a small model. */
  messages: (share: number) => JudgeMessage[];
}

/** What a judge said. */
export interface Answer<T> {
  /** null: nothing that could be read. */
  value: T | null;
  /** Why there is no value: `unreadable: …` for a reply that could not be read, `not judged: …` where none came. */
  problem: string | null;
  /** Price in US dollars; 0 from the cache; null: unknown. */
  costUsd: number | null;
}

const defaultPolicy: RetryPolicy = {
  retries: 4,
  baseMs: 500,
  capMs: 30_000,
  askedCapMs: 120_000,
};
/** After so many calls in a row without an answer, each further one is tried once only. */
const patience = 10;
/** Shares of the text limits that are tried where a prompt is too long for the model. */
const shares = [1, 0.5, 0.25, 0.12];

/** Asks a model, with everything around it: endpoint, cache, limits, retries, masking, cost. */
export class Judge {
  readonly #options: JudgeOptions;
  readonly #cache: ReplyCache | null;
  readonly #slots: Semaphore;
  readonly #policy: RetryPolicy;
  readonly #flying = new Map<string, Promise<Answer<unknown>>>();
  readonly #abort: AbortSignal;
  readonly #pause: AbortSignal;
  #connection: Promise<Connection> | null = null;
  #wasReached = false;
  #unreachedInRow = 0;
  #cacheIsBroken = false;
  #totals: JudgeTotals = {
    calls: 0,
    cached: 0,
    unreadable: 0,
    failed: 0,
    usage: noUsage,
    costUsd: 0,
  };

  constructor(options: JudgeOptions) {
    this.#options = options;
    const folder = join(mxHome(options.env), "cache", "judge");
    this.#cache = options.cache === false ? null : new ReplyCache(folder);
    this.#slots = new Semaphore(options.parallel ?? 8);
    this.#policy = { ...defaultPolicy, ...options.timing };
    const never = new AbortController().signal;
    this.#abort = options.abort ?? never;
    this.#pause = AbortSignal.any([this.#abort, options.stop ?? never]);
  }

  get totals(): JudgeTotals {
    return { ...this.#totals };
  }

  /**
   * The answer to a question; `vote` counts how often the same is asked. Throws MxError 69 where the endpoint cannot
   * be used from the first call on, 2 where there is none, and an AbortError once `stop` has aborted and the call has
   * not begun; any other failure is an answer without a value.
   */
  async ask<T>(question: Question<T>, vote: number): Promise<Answer<T>> {
    const connection = await this.#connect();
    const key = this.#key(question, vote, connection);
    // The same trial twice in a stream is judged once, also while its first judgement is under way.
    const flying = this.#flying.get(key);
    if (flying !== undefined) return { ...((await flying) as Answer<T>), costUsd: 0 };
    const answer = this.#find(question, key, connection);
    this.#flying.set(key, answer);
    try {
      return await answer;
    } finally {
      this.#flying.delete(key);
    }
  }

  #key<T>(question: Question<T>, vote: number, { endpoint, masker }: Connection): string {
    const { model, name, version, jsonSchema: schema, messages } = question;
    const { temperature } = this.#options;
    const sent = masked(messages(1), masker);
    const { host } = endpoint;
    return sha256(
      canonicalJson({ model, host, messages: sent, schema, vote, name, version, temperature }),
    );
  }

  async #find<T>(question: Question<T>, key: string, connection: Connection): Promise<Answer<T>> {
    const kept = question.schema.safeParse(await this.#fromCache(key));
    if (kept.success) {
      this.#totals.cached += 1;
      return { value: kept.data, problem: null, costUsd: 0 };
    }
    let reply: JudgeReply;
    try {
      reply = await this.#slots.run(() => this.#call(question, connection));
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      this.#totals.failed += 1;
      this.#totals.costUsd = null;
      const problem = `not judged: ${connection.masker.text(error.message)}`;
      return { value: null, problem, costUsd: null };
    }
    const { costUsd } = reply;
    this.#count(reply);
    const text = connection.masker.text(reply.text);
    const read = reply.problem === null ? readReply(text, question) : { problem: reply.problem };
    if ("problem" in read) {
      this.#totals.unreadable += 1;
      const problem = `unreadable: ${connection.masker.text(read.problem)}`;
      return { value: null, problem, costUsd };
    }
    await this.#toCache(key, read.value, {
      question: `${question.name} ${question.version}`,
      model: question.model,
      served_model: reply.servedModel,
      host: connection.endpoint.host,
      cost_usd: costUsd,
    });
    return { value: read.value, problem: null, costUsd };
  }

  async #call<T>(question: Question<T>, connection: Connection): Promise<JudgeReply> {
    this.#pause.throwIfAborted();
    const { client, masker } = connection;
    const { model, name, jsonSchema: schema } = question;
    const { temperature } = this.#options;
    const retries = this.#unreachedInRow < patience ? this.#policy.retries : 0;
    const policy = { ...this.#policy, retries };
    let isLost = false;
    let failure: CallError | undefined;
    for (const share of shares) {
      const messages = masked(question.messages(share), masker);
      const call = { model, messages, schemaName: name, schema, temperature };
      const attempt = () =>
        client.call(call, this.#abort).catch((error: unknown) => {
          // It got there and may have been answered, and paid for, by a reply that did not arrive.
          isLost ||= error instanceof CallError && error.status === null && !error.unreachable;
          throw error;
        });
      try {
        const reply = await withRetries(attempt, policy, this.#pause);
        this.#wasReached = true;
        this.#unreachedInRow = 0;
        return isLost ? { ...reply, costUsd: null } : reply;
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        failure = error;
        if (!error.tooLong) break;
      }
    }
    const error = failure as CallError;
    if (error.unreachable && !this.#wasReached) throw unusable(connection, error);
    this.#unreachedInRow =
      error.status === null || error.unreachable ? this.#unreachedInRow + 1 : 0;
    throw error;
  }

  #count({ usage, costUsd }: JudgeReply): void {
    const totals = this.#totals;
    totals.calls += 1;
    totals.usage = addUsage(totals.usage, usage);
    totals.costUsd = totals.costUsd === null || costUsd === null ? null : totals.costUsd + costUsd;
  }

  #connect(): Promise<Connection> {
    this.#connection ??= openConnection(this.#options);
    return this.#connection;
  }

  async #fromCache(key: string): Promise<unknown> {
    try {
      return await this.#cache?.get(key);
    } catch (error) {
      this.#cacheFailed(error);
      return undefined;
    }
  }

  async #toCache(key: string, reply: unknown, about: Record<string, unknown>): Promise<void> {
    try {
      await this.#cache?.put(key, reply, { ...about, at: new Date().toISOString() });
    } catch (error) {
      this.#cacheFailed(error);
    }
  }

  /** A verdict that cannot be kept is still a verdict: it goes on, and people hear of it once. */
  #cacheFailed(error: unknown): void {
    if (this.#cacheIsBroken) return;
    this.#cacheIsBroken = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.note?.(`judge replies are not kept for the next time: ${reason}`);
  }
}

/** What goes out holds no secret either: what a judge has not read, it cannot quote. */
function masked(messages: JudgeMessage[], masker: Masker): JudgeMessage[] {
  return messages.map(({ role, content }) => ({ role, content: masker.text(content) }));
}
