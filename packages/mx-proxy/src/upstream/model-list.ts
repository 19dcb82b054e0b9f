import { nothingAsked } from "../call/asked.ts";
import type { Api } from "./api.ts";
import { HttpTry } from "./http-try.ts";
import { listed, Listing, type ListedModel } from "./listed-model.ts";

/** How long the upstream may take to say what it serves, and for how long what it said is good, in ms. */
const patience = 1500;
const remembered = 10_000;

/** The models that an upstream lists: asked for when somebody wants to know, and again later where it gave no answer. */
export class ModelList {
  /** What is known so far. */
  known: readonly ListedModel[] = [];
  /** Their ids. */
  ids: ReadonlySet<string> = new Set();
  readonly #api: Api;
  #asking: Promise<void> | null = null;
  #askedAt = -Infinity;

  constructor(api: Api) {
    this.#api = api;
    this.#know((api.settings.models ?? []).map((id) => listed(id, api.name)));
  }

  /** The models; empty where the upstream does not say in time. */
  async get(): Promise<readonly ListedModel[]> {
    if (this.known.length === 0) await this.refresh();
    return this.known;
  }

  /** Asks again, unless it was asked a moment ago or the configuration says what there is. */
  async refresh(): Promise<void> {
    if (this.#api.settings.models !== null) return;
    if (this.#asking === null && performance.now() - this.#askedAt < remembered) return;
    this.#asking ??= this.#ask().then((models) => {
      if (models.length > 0) this.#know(models);
      this.#askedAt = performance.now();
      this.#asking = null;
    });
    await this.#asking;
  }

  #know(models: readonly ListedModel[]): void {
    this.known = models;
    this.ids = new Set(models.map(({ id }) => id));
  }

  async #ask(): Promise<ListedModel[]> {
    try {
      return Listing.parse(JSON.parse(await this.#fetch())).data;
    } catch {
      return [];
    }
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
      const target = this.#api.target(
        {
          method: "GET",
          path: "/v1/models",
          headers: ["accept", "application/json"],
          body: null,
          asked: nothingAsked,
          trial: null,
          subject: { task: null, trial: 0, attempt: 0 },
        },
        null,
      );
      const once = new HttpTry(target, {
        started: () => {},
        head: ({ status }) => (answered = status === 200),
        data: (chunk) => chunks.push(chunk) > 0,
        end: () => finish(answered ? Buffer.concat(chunks).toString() : ""),
        failed: () => finish(""),
        held: () => true,
        cut: () => true,
      });
      const timer = setTimeout(() => {
        once.abort("nobody waits for it any more");
        resolve("");
      }, patience);
      once.send(this.#api.dispatcher(target.origin, false));
    });
  }
}
