import { spawnSync } from "node:child_process";

/** True where a program is in a folder of this path. */
export function isThere(program: string, path = process.env["PATH"] ?? ""): boolean {
  const env = { ...process.env, PATH: path };
  return spawnSync("sh", ["-c", `command -v ${program}`], { env }).status === 0;
}
