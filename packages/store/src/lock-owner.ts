import { mayBeAlive, thisProcess, type ProcessIdentity } from "@mx/cli/process-identity";
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";

/** Who holds a lock. */
export interface LockOwner extends ProcessIdentity {
  host: string;
  /** Unique for each time that a lock is taken. */
  token: string;
  since: string;
}

/** This process, with a token of its own. */
export function lockOwner(): LockOwner {
  const since = new Date().toISOString();
  return { ...thisProcess(), host: hostname(), token: randomUUID(), since };
}

/**
 * Whether the process of an owner is gone. False also where it cannot be known from here: it belongs to another host,
 * or to another container on this one.
 */
export function isGone(owner: LockOwner): boolean {
  return owner.host === hostname() && !mayBeAlive(owner);
}
