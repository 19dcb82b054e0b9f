import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { firstEntry, tarArchive } from "./tar-archive.ts";

const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mx-tar-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("tar takes apart what is made here, under names of any kind", () => {
  const names = ["plain", "/absolute/path", "ünï cødé\n文件", `${"long/".repeat(60)}file`];
  const entries = names.map((path, n) => ({
    path,
    bytes: Buffer.alloc(600 * n, `${n}`),
    mode: 0o640,
  }));
  const archive = tarArchive(
    [...entries, { path: "a/link", linkTo: `/${"x".repeat(150)}` }],
    owner,
  );
  execFileSync("tar", ["-xpf", "-", "-C", folder], { input: archive });
  for (const { path, bytes } of entries) {
    expect(readFileSync(join(folder, path)).equals(bytes), path).toBe(true);
    expect(lstatSync(join(folder, path)).mode & 0o777).toBe(0o640);
  }
  expect(readlinkSync(join(folder, "a/link"))).toBe(`/${"x".repeat(150)}`);
});

test.for(["ustar", "pax", "gnu"])("the first entry of an archive of format %s", (format) => {
  const name = "n".repeat(140);
  const target = `/${"t".repeat(140)}`;
  writeFileSync(join(folder, name), "0123456789");
  symlinkSync(format === "ustar" ? "/short" : target, join(folder, "link"));
  const tar = (of: string) => execFileSync("tar", [`--format=${format}`, "-C", folder, "-c", of]);
  if (format !== "ustar") {
    expect(firstEntry(tar(name))).toMatchObject({ size: 10, linkTo: null });
    expect(String(firstEntry(tar(name))?.bytes)).toBe("0123456789");
  }
  expect(firstEntry(tar("link"))?.linkTo).toBe(format === "ustar" ? "/short" : target);
  if (format !== "ustar") expect(firstEntry(tar("."))).toBeNull();
  expect(firstEntry(Buffer.from("no archive"))).toBeNull();
});

test("a beginning of an archive is enough, and its size is the whole file's", () => {
  const bytes = Buffer.alloc(100_000, "x");
  const archive = tarArchive([{ path: "big", bytes, mode: 0o644 }], owner);
  const entry = firstEntry(archive.subarray(0, 5000));
  expect(entry?.size).toBe(100_000);
  expect(entry?.bytes.length).toBeLessThan(5000);
});
