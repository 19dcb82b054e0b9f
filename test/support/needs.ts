import { spawnSync } from "node:child_process";

/** True where a program is on $PATH. */
export function isThere(program: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
}

/** True where sandboxes can be made. Tests that need them say so when they are skipped. */
export const hasBubblewrap = isThere("bwrap") && isThere("socat");
if (!hasBubblewrap)
  console.warn("skipped: tests that need bubblewrap and socat (apt-get install bubblewrap socat)");
