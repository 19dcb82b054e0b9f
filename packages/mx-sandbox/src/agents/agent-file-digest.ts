import { readElf } from "@mx/agent";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Flags } from "../flags.ts";
import { sandboxArch } from "../sandbox-arch.ts";
import { usageError } from "../usage-error.ts";

/** SHA-256, hex, of the agent's file: another file is another agent. Null: it came with the sandbox. */
export function agentFileDigest(flags: Flags): string | null {
  const path = flags.agentFile;
  if (path === undefined) return null;
  try {
    const elf = readElf(path);
    const wanted = sandboxArch(flags);
    const arch = wanted === "x64" ? "amd64" : wanted;
    if (elf !== null && elf.arch !== arch) {
      throw new Error(`a program for ${elf.arch ?? "another machine"}; sandboxes are ${arch}`);
    }
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch (error) {
    throw usageError(
      `--agent-file ${path}: ${(error as Error).message}`,
      "see scripts/build-agent",
    );
  }
}
