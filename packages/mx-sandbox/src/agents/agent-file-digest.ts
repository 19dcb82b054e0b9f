import { readElf } from "@mx/agent";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Flags } from "../flags.ts";
import { usageError } from "../usage-error.ts";

/** SHA-256, hex, of the agent's file: another file is another agent. Null: it came with the sandbox. */
export function agentFileDigest({ agentFile: path, backend }: Flags): string | null {
  if (path === undefined) return null;
  try {
    const elf = readElf(path);
    // Modal's machines are of one kind; a sandbox on this host is like the host.
    const arch = backend === "modal" || process.arch === "x64" ? "amd64" : process.arch;
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
