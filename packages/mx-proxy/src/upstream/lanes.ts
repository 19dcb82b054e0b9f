import type { Api } from "./api.ts";
import type { Target } from "./result-url.ts";

/** One way that a call can go. */
export interface Lane {
  api: Api;
  /** Model that it is asked for there; null: the one that the call names, if it names one. */
  model: string | null;
}

/** The ways that one call can go, and the one that it goes now. */
export interface Lanes {
  /** The best of all, for a first try and for one after a pause. */
  pick(): Lane;
  /** The one to this upstream; null: the call does not go there. */
  named(upstream: string): Lane | null;
  /** True: a lane that has not failed this call yet could answer it now. */
  hasOther(): boolean;
  /** Such a lane; where there is none after all, the best. */
  other(): Lane;
  /** True: the configuration names other models for when all else has failed. */
  hasFallback(): boolean;
  /** The call as it is sent there. */
  target(lane: Lane): Target;
  /** From now on the lanes are those of the next of these models. */
  fallBack(): void;
}
