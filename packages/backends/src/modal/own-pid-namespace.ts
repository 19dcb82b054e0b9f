import { readlinkSync } from "node:fs";

/** What /proc calls the pid namespace of this process; nothing that a sandbox may share. */
export function ownPidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "none";
  }
}
