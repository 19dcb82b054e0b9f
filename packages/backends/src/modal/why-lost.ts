import { failureText } from "./client/modal-failure.ts";
import { Status } from "./client/raw.ts";
import { LostSandboxError } from "./lost-sandbox.ts";

/** Why a sandbox is no longer there, or cannot be reached. */
export function lost(status: number | null, error: unknown): LostSandboxError {
  switch (status) {
    case Status.timeout:
      return new LostSandboxError("the sandbox reached the end of its lifetime", error);
    case Status.terminated:
      return new LostSandboxError("the sandbox was preempted, or ended by somebody else", error);
    case Status.eviction:
      return new LostSandboxError("Modal evicted the sandbox for want of memory", error);
    case null:
      return new LostSandboxError(`the sandbox cannot be reached: ${failureText(error)}`, error);
    default:
      return new LostSandboxError(`the sandbox ended under its command (status ${status})`, error);
  }
}
