import type { Trial } from "@mx/records";

/** Under so many output tokens per second of model time an endpoint counts as slow. */
const slowTokensPerSecond = 5;
/** Where tokens are not known: calls that take so long on average, in ms, count as slow. */
const slowCallMs = 60_000;

/**
 * Why the time of a trial that timed out ran out, where that was not the agent's doing; null: it was, or cannot be
 * told.
 *
 * - `model silent`: the fault says that the endpoint sent nothing, or at least half of the agent's time went by in
 *   model calls without one that was answered;
 * - `waiting`: queue and sandbox together took longer than the agent did, which matters where one clock is over all
 *   of them (a sandbox's lifetime);
 * - `slow model`: at least half of the agent's time was spent in model calls that gave fewer than 5 output tokens a
 *   second. Where the tokens are unknown, as they are when the last call was cut off: at least 80 % of it, in calls
 *   of 60 s and more on average.
 *
 * A high share of model time alone proves nothing: an agent that does little else has it too.
 */
export function clockTimeout({ time_ms, usage, fault }: Trial): string | null {
  if (fault !== undefined && /\bsilent\b|\bstalled\b|no bytes/i.test(fault.message))
    return "model silent";
  const { queue, sandbox, agent, model } = time_ms;
  if (agent === null) return null;
  if ((queue ?? 0) + (sandbox ?? 0) > agent) return "waiting";
  if (model === null || model === 0 || model < agent / 2) return null;
  if (usage.calls === 0) return "model silent";
  if (usage.output_tokens !== null) {
    return usage.output_tokens < (slowTokensPerSecond * model) / 1000 ? "slow model" : null;
  }
  return model >= 0.8 * agent && model >= slowCallMs * usage.calls ? "slow model" : null;
}
