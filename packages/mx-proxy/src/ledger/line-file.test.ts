import type * as fs from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LineFile } from "./line-file.ts";

/** Bytes that the disk has room for. */
const disk = vi.hoisted(() => ({ room: Infinity }));

vi.mock("node:fs", async (original) => {
  const real = await original<typeof fs>();
  const writeSync = (file: number, bytes: Buffer, from: number): number => {
    if (disk.room === 0) throw new Error("ENOSPC: no space left on device");
    const count = real.writeSync(file, bytes, from, Math.min(bytes.length - from, disk.room));
    disk.room -= count;
    return count;
  };
  return { ...real, writeSync };
});

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "mx-lines-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

test.for([
  [false, "one\ntwo\nfo\nfive\n"],
  [true, "one\ntwo\nfive\n"],
] as const)(
  "a line that a full disk has cut does not swallow the one after it (cutTorn: %s)",
  async ([cutTorn, left]) => {
    const path = join(folder, "lines");
    const failed = vi.fn();
    const file = await LineFile.open(path, { name: "ledger", flag: "--ledger", cutTorn, failed });
    const append = (line: string) => new Promise<void>((done) => file.append(line, done));
    await append("one");
    disk.room = 6;
    await Promise.all([append("two"), append("four")]);
    disk.room = Infinity;
    await append("five");
    expect(await readFile(path, "utf8")).toBe(left);
    expect(failed).toHaveBeenCalledTimes(1);
    await expect(file.close()).rejects.toMatchObject({ code: "ledger_not_writable" });
  },
);
