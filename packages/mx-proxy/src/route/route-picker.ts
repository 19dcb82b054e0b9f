import { header } from "../call/headers.ts";
import type { Lane, Lanes } from "../upstream/lanes.ts";
import type { Target } from "../upstream/result-url.ts";
import type { UpstreamRequest } from "../upstream/upstream.ts";
import { give, type Candidate } from "./balance.ts";
import type { Route } from "./route.ts";
import { sessionId, sessionOf } from "./session-of.ts";

/** Hosts of Modal, which takes calls of one session to one container. */
const modal = /\.modal\.(run|host|direct)$/;

/** Picks where one call goes at each of its tries. */
export class RoutePicker implements Lanes {
  readonly #request: UpstreamRequest;
  readonly #fallbacks: Route[];
  readonly #moved: () => Route | null;
  #fellBack = false;
  #route: Route;
  /** Since the last pause. */
  #tried: Candidate[] = [];
  #session: string | null = null;

  /**
   * `fallbacks`: routes of other models, in their order. `moved` gives another route of the call's model where the
   * configuration has become another one since it was last asked: a server that has moved is tried where it is now.
   */
  constructor(
    request: UpstreamRequest,
    route: Route,
    fallbacks: Route[],
    moved: () => Route | null = () => null,
  ) {
    this.#request = request;
    this.#route = route;
    this.#fallbacks = fallbacks;
    this.#moved = moved;
  }

  pick(): Lane {
    if (!this.#fellBack) this.#route = this.#moved() ?? this.#route;
    const [only, another] = this.#route.candidates;
    if (another === undefined && only !== undefined) return only;
    this.#tried = [];
    return this.other();
  }

  named(upstream: string): Lane | null {
    const routes = [this.#route, ...this.#fallbacks];
    const candidates = routes.flatMap((route) => route.candidates);
    return candidates.find(({ api }) => api.name === upstream) ?? null;
  }

  hasOther(): boolean {
    const { candidates } = this.#route;
    if (candidates.length < 2) return false;
    return candidates.some((one) => one.api.available && !this.#tried.includes(one));
  }

  other(): Lane {
    const session = () => (this.#session ??= sessionOf(this.#request));
    const best = this.#route.available(this.#tried, session) ?? this.#route.leastBad(session);
    this.#tried.push(best);
    give(best, this.#route.candidates);
    return best;
  }

  hasFallback(): boolean {
    return this.#fallbacks.length > 0;
  }

  fallBack(): void {
    this.#fellBack = true;
    this.#route = this.#fallbacks.shift() ?? this.#route;
  }

  target({ api, model }: Lane): Target {
    const request = this.#request;
    const { hostname } = api.settings.base;
    if (this.#route.strategy !== "sticky" || !modal.test(hostname)) {
      return api.target(request, model);
    }
    if (header(request.headers, "modal-session-id") !== undefined) {
      return api.target(request, model);
    }
    const id = sessionId((this.#session ??= sessionOf(request)));
    const headers = [...request.headers, "Modal-Session-ID", id];
    return api.target({ ...request, headers }, model);
  }
}
