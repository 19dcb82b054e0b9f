import type { SandboxGroup } from "../cgroups/sandbox-group.ts";
import type { Held } from "../exec/init-limits.ts";
import type { PipePair } from "../exec/pipe-pair.ts";
import type { SandboxFolders } from "../files/sandbox-folders.ts";
import type { SandboxPaths } from "../sandbox.ts";

/** What the sandboxes of one local backend share. */
export interface LocalHost {
  /** Path of bwrap. */
  bwrap: string;
  paths: SandboxPaths;
  /** bwrap's arguments before those of a sandbox: with a network of its own, or the host's. */
  rootArguments: { own: string[]; host: () => string[] };
  /** File with the seccomp program; null: none for this machine. */
  seccompFile: string | null;
  held: Held;
  /** RLIMIT_NPROC counts per user namespace, so that it can hold one sandbox's processes (Linux 5.14). */
  rlimitHoldsProcesses: boolean;
}

/** What a sandbox has while it lives, and another one after it. */
export interface LocalSlot {
  number: number;
  /** Their owner is whom its processes run as; null: as we do. */
  folders: SandboxFolders;
  pipes: PipePair;
  /** Null: there are no control groups here. */
  group: SandboxGroup | null;
}
