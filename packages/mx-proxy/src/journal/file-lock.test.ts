import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FileLock } from "./file-lock.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "mx-lock-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a lock that is there and cannot be read is an error, and not asked for without end", async () => {
  const path = join(folder, "lock");
  await mkdir(path);
  await expect(FileLock.take(path)).rejects.toMatchObject({ code: "EISDIR" });
});
