import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tar } from "./tar.ts";

test("tar unpacks what was packed", () => {
  const folder = mkdtempSync(join(tmpdir(), "mx-tar-"));
  try {
    const sizes = [0, 1, 511, 512, 513, 3_000_000];
    const files = sizes.map((size, n) => ({
      name: `${n}`,
      mode: n % 2 === 0 ? 0o755 : 0o600,
      bytes: Buffer.alloc(size, n + 1),
    }));
    execFileSync("tar", ["-xpf", "-", "-C", folder], { input: tar(files) });
    for (const { name, mode, bytes } of files) {
      expect(readFileSync(join(folder, name)).equals(bytes)).toBe(true);
      expect(statSync(join(folder, name)).mode & 0o777).toBe(mode);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
