/** How a sandbox ended: modal.client.GenericResult.GenericStatus, by name. */
export const statuses = {
  success: 1,
  failure: 2,
  terminated: 3,
  timeout: 4,
  init_failure: 5,
  internal_failure: 6,
  idle_timeout: 7,
  memory_eviction: 8,
} as const;
export type ResultStatus = keyof typeof statuses;

export interface SandboxResult {
  status: ResultStatus;
  /** What the SDK makes an exit code of, unless it terminated (137) or ran out of time (124). */
  exitcode: number;
  exception: string;
}

/** A result as the protocol has it. */
export function resultMessage(result: SandboxResult | null) {
  if (result === null) return undefined;
  const { status, exitcode, exception } = result;
  return { status: statuses[status] as number, exitcode, exception };
}
