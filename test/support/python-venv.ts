import { execa } from "execa";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheFolder } from "./cache-folder.ts";

/** How long an installation may take, also where another process is at it, in ms. */
const usualMs = 300_000;

/**
 * The `bin` folder of a virtual environment with these packages, made once and kept. Null where it cannot be
 * made, as without Python or without PyPI; what stands in the way is on stderr.
 */
export async function pythonVenv(
  packages: readonly string[],
  patienceMs = usualMs,
): Promise<string | null> {
  const name = createHash("sha256").update(packages.join(" ")).digest("hex").slice(0, 12);
  const folder = join(cacheFolder("venvs"), name);
  const ready = join(folder, "mx-ready");
  const lock = `${folder}.lock`;
  for (let waited = 0; !existsSync(ready); waited += 500) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      // Another process is at it; one that was killed leaves its lock behind.
      if (waited > patienceMs) rmSync(lock, { recursive: true, force: true });
      await sleep(500);
    }
  }
  const bin = join(folder, "bin");
  if (existsSync(ready)) return bin;
  const options = { reject: false, timeout: patienceMs } as const;
  try {
    rmSync(folder, { recursive: true, force: true });
    const made = await execa("python3", ["-m", "venv", folder], options);
    const pip = ["install", "--quiet", "--retries", "1", "--disable-pip-version-check"];
    const done = made.failed ? made : await execa(join(bin, "pip"), [...pip, ...packages], options);
    if (done.failed) {
      const why = done.stderr.trim().split("\n").at(-1) ?? done.shortMessage;
      console.warn(`skipped: cannot install ${packages.join(" ")} from PyPI: ${why}`);
      return null;
    }
    writeFileSync(ready, packages.join("\n"));
    return bin;
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
