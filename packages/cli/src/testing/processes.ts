import { readdirSync, readFileSync } from "node:fs";

/** Pids of the processes for which that holds. `read` gives a file of /proc/PID; what cannot be read is not among them. */
export function processes(
  holds: (read: (name: "cmdline" | "environ") => string) => boolean,
): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return holds((name) => readFileSync(`/proc/${pid}/${name}`, "utf8"));
      } catch {
        // It has ended, or is somebody else's.
        return false;
      }
    })
    .map(Number);
}

/** Pids of the processes whose command line holds this text; not of our own. */
export function processesWith(text: string): number[] {
  const found = processes((read) => read("cmdline").includes(text));
  return found.filter((pid) => pid !== process.pid);
}
