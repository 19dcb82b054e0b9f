import type { Lane } from "../upstream/lanes.ts";

/** One upstream that would do, with its share of the calls. */
export interface Candidate extends Lane {
  weight: number;
  /** Calls that it has been given, by its weight. */
  served: number;
}

/** How far an upstream may be above the mean before calls that belong to it go elsewhere. */
const mostAboveMean = 1.25;

/** The one with the least under way for its weight; where several have, the one that has been given the least. */
export function leastOutstanding(candidates: readonly Candidate[]): Candidate {
  return candidates.reduce((best, one) => {
    const [less, more] = [load(one), load(best)];
    return less < more || (less === more && one.served < best.served) ? one : best;
  });
}

/** A call goes to one of them. One that was away for a while does not get all that it has missed. */
export function give(one: Candidate, all: readonly Candidate[]): void {
  const least = Math.max(...all.map(({ served, weight }) => served - 1 / weight));
  one.served = Math.max(one.served, least) + 1 / one.weight;
}

/**
 * The one that calls with this key always go to, as long as it is there (rendezvous hashing); the next one of the
 * key's own order where it has too much to do (bounded load).
 */
export function sticky(candidates: readonly Candidate[], key: string): Candidate {
  const all = candidates.reduce((sum, { api }) => sum + busy(api), 1);
  const weights = candidates.reduce((sum, { weight }) => sum + weight, 0);
  const ranked = candidates
    .map((one) => ({ one, score: score(key, one) }))
    .sort((a, b) => b.score - a.score)
    .map(({ one }) => one);
  const most = (one: Candidate) => Math.ceil((mostAboveMean * all * one.weight) / weights);
  return ranked.find((one) => busy(one.api) < most(one)) ?? leastOutstanding(candidates);
}

function busy({ gate }: Lane["api"]): number {
  return gate.active + gate.queued;
}

function load({ api, weight }: Candidate): number {
  return busy(api) / weight;
}

function score(key: string, { api, weight }: Candidate): number {
  const uniform = (hash(`${key}\n${api.name}`) + 0.5) / 2 ** 32;
  return -weight / Math.log(uniform);
}

/** FNV-1a with the last mixing step of Murmur 3, without which similar names come out similar. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
