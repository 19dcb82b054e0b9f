import * as z from "zod";
import { nothingAsked } from "../call/asked.ts";
import type { Upstream } from "./upstream.ts";

const Listing = z.object({ data: z.array(z.object({ id: z.string() })) });

/** How long the upstream may take to say what it serves, and for how long its silence is remembered, in ms. */
const patience = 1500;
const remembered = 10_000;

/** The models that an upstream lists: asked for once, and again later only where it gave no answer. */
export class ModelList {
  readonly #upstream: Upstream;
  #known: Promise<string[]> | null = null;

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  /** Ids of the models; empty where the upstream does not say in time. */
  get(): Promise<string[]> {
    this.#known ??= this.#ask();
    return this.#known;
  }

  async #ask(): Promise<string[]> {
    const models = parse(await this.#fetch());
    if (models.length === 0) setTimeout(() => (this.#known = null), remembered).unref();
    return models;
  }

  /** The body of `GET /v1/models`; empty where there is none. */
  #fetch(): Promise<string> {
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let answered = false;
      const finish = (text: string) => {
        clearTimeout(timer);
        resolve(text);
      };
      const exchange = this.#upstream.call(
        {
          method: "GET",
          path: "/v1/models",
          headers: ["accept", "application/json"],
          body: null,
          asked: nothingAsked,
          trial: null,
          subject: { task: null, trial: 0, attempt: 0 },
          once: true,
        },
        {
          head: ({ status }) => (answered = status === 200),
          data: (chunk) => chunks.push(chunk) > 0,
          end: () => finish(answered ? Buffer.concat(chunks).toString() : ""),
          fail: () => finish(""),
        },
      );
      const timer = setTimeout(() => {
        exchange.abort();
        resolve("");
      }, patience);
    });
  }
}

function parse(text: string): string[] {
  try {
    return Listing.parse(JSON.parse(text)).data.map(({ id }) => id);
  } catch {
    return [];
  }
}
