import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../../test/support/cache-folder.ts";

/** A program, and the environment that it needs to start. */
export interface DebianProgram {
  path: string;
  env: NodeJS.ProcessEnv;
}

/**
 * A program from a Debian package: the one on PATH, else one that is unpacked into a cache folder, without a
 * trace in the system.
 */
export function debianProgram(
  name: string,
  place: string,
  packages: readonly string[],
): DebianProgram {
  const found = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" });
  if (found.status === 0) return { path: found.stdout.trim(), env: {} };
  const folder = cacheFolder("debian", name);
  const path = join(folder, place);
  if (!existsSync(path)) {
    execFileSync("apt-get", ["download", "-qq", ...packages], { cwd: folder, stdio: "ignore" });
    for (const file of readdirSync(folder).filter((one) => one.endsWith(".deb"))) {
      execFileSync("dpkg", ["-x", file, "."], { cwd: folder });
    }
  }
  const libraries = join(folder, "usr/lib");
  const folders = existsSync(libraries) ? readdirSync(libraries) : [];
  return {
    path,
    env: { LD_LIBRARY_PATH: folders.map((one) => join(libraries, one)).join(":") },
  };
}
