/** Modal ends every sandbox after a day. */
const longestMs = 24 * 3_600_000;
/** What putting files in, reading them out and Modal's own work come to, at most. */
const slackMs = 300_000;

/**
 * How long a sandbox is to live, in ms, whole seconds as Modal wants them: what its commands may take together and
 * some slack. A process that was killed leaves nothing running for longer.
 */
export function lifetimeMs(neededMs: number | undefined): number {
  const whole = Math.ceil(((neededMs ?? longestMs) + slackMs) / 1000) * 1000;
  return Math.min(longestMs, whole);
}
