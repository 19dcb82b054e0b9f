import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readElf } from "./elf-file.ts";

/** The header of a program, with one part of this type. */
function elf(machine: number, part: number): Buffer {
  const file = Buffer.alloc(64 + 56);
  file.write("\x7fELF", "latin1");
  file[4] = 2;
  file[5] = 1;
  file.writeUInt16LE(machine, 18);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(part, 64);
  return file;
}

test.for([
  { bytes: elf(62, 1), found: { arch: "amd64", dynamic: false } },
  { bytes: elf(183, 3), found: { arch: "arm64", dynamic: true } },
  { bytes: elf(243, 1), found: { arch: null, dynamic: false } },
  { bytes: Buffer.from("#!/bin/sh\n"), found: null },
  { bytes: Buffer.alloc(0), found: null },
])("tells what a program's header says: $found", ({ bytes, found }) => {
  const folder = mkdtempSync(join(tmpdir(), "mx-elf-"));
  try {
    writeFileSync(join(folder, "file"), bytes);
    expect(readElf(join(folder, "file"))).toEqual(found);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("this node is a program for this machine", () => {
  const arch = { x64: "amd64", arm64: "arm64" }[process.arch as "x64" | "arm64"];
  expect(readElf(process.execPath)).toEqual({ arch, dynamic: true });
});
