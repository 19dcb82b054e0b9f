import { closeSync, openSync, readSync } from "node:fs";

/** What an ELF file's header says: the format of programs on Linux. */
export interface ElfFile {
  /** As container images name it; null: one that they have no name for. */
  arch: "amd64" | "arm64" | null;
  /** True where it needs a loader and libraries of the system that it runs on. */
  dynamic: boolean;
}

const header = 64;
const interpreter = 3; // PT_INTERP

/** Reads a program's header; null: it is no ELF file of 64 bits, a script for example. See elf(5). */
export function readElf(path: string): ElfFile | null {
  const file = openSync(path, "r");
  try {
    const start = Buffer.alloc(header);
    readSync(file, start, 0, header, 0);
    const is64Bits = start[4] === 2 && start[5] === 1;
    if (start.toString("latin1", 0, 4) !== "\x7fELF" || !is64Bits) return null;
    const machines: Record<number, "amd64" | "arm64"> = { 62: "amd64", 183: "arm64" };
    const size = start.readUInt16LE(54);
    const parts = Buffer.alloc(size * start.readUInt16LE(56));
    readSync(file, parts, 0, parts.length, Number(start.readBigUInt64LE(32)));
    let dynamic = false;
    for (let at = 0; at + 4 <= parts.length; at += size) {
      dynamic ||= parts.readUInt32LE(at) === interpreter;
    }
    return { arch: machines[start.readUInt16LE(18)] ?? null, dynamic };
  } finally {
    closeSync(file);
  }
}
