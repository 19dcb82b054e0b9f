/**
 * A sandbox that ended under its command: preempted, evicted, ended by somebody else, or out of reach. Nothing that
 * the agent did, so that the attempt is one of the infrastructure's failures and may be made again.
 */
export class LostSandboxError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = "LostSandboxError";
  }
}
