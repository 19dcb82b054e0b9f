import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";

/** Removes a folder with all that is in it, also where what ran there has taken its own rights away. */
export function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    spawnSync("chmod", ["-R", "u+rwX", path], { stdio: "ignore" });
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  }
}
