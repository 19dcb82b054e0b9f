import { readFileSync, readlinkSync } from "node:fs";

/** Names one process of this host for good: a pid alone is given to another process sooner or later. */
export interface ProcessIdentity {
  pid: number;
  /** Field 22 of /proc/PID/stat, in clock ticks since boot; null: there is no /proc to ask. */
  started: string | null;
  /** The boot that the other fields belong to; null: unknown. */
  boot: string | null;
  /** The pid namespace that `pid` counts in; null: unknown. */
  pid_namespace: string | null;
}

let unchanging: ProcessIdentity | undefined;

/** Another process of this host, in the pid namespace that we are in. */
export function processIdentity(pid: number): ProcessIdentity {
  return { ...thisProcess(), pid, started: startOf(pid) };
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  unchanging ??= {
    pid: process.pid,
    started: startOf(process.pid),
    boot: read(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1")),
    pid_namespace: read(() => readlinkSync("/proc/self/ns/pid")),
  };
  return unchanging;
}

/**
 * False only where the process is gone for certain. A process of another pid namespace (a container that shares a
 * folder with us) cannot be judged from here and counts as alive until the next boot.
 */
export function mayBeAlive(identity: ProcessIdentity): boolean {
  const here = thisProcess();
  if (identity.boot !== here.boot) return false;
  if (identity.pid_namespace !== here.pid_namespace) return true;
  if (identity.started === null) return isRunning(identity.pid);
  return startOf(identity.pid) === identity.started;
}

/** True: a process has this pid now, whichever it is. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function startOf(pid: number): string | null {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  // The name in field 2 may hold spaces and parentheses: count from the last one.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  // A zombie has ended; only its parent has not heard of it yet.
  return /[ZX]/.test(fields[0] ?? "") ? null : (fields[19] ?? null);
}

function read(file: () => string): string | null {
  try {
    return file().trim();
  } catch {
    return null;
  }
}
