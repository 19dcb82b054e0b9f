import { spawn, type StdioOptions } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { BackendOptions } from "../backend-options.ts";
import { findGroupParents } from "../cgroups/find-group-parents.ts";
import { GroupTree } from "../cgroups/group-tree.ts";
import { limitReport } from "../exec/limit-report.ts";
import type { HostBackend, Limits } from "../sandbox.ts";
import { chooseScratch } from "../scratch/choose-scratch.ts";
import { removeTree } from "../scratch/remove-tree.ts";
import { makeScratchFolder, removeStaleScratch } from "../scratch/scratch-folder.ts";
import { findBubblewrap, findProgram, refused, type Bubblewrap } from "./bubblewrap.ts";
import { rootArguments, type Root } from "./bwrap-arguments.ts";
import { buildRoot } from "./build-root.ts";
import { LocalBackend } from "./local-backend.ts";
import { firstUserOf, LocalSlots } from "./local-slots.ts";
import { probe } from "./probe.ts";
import { makeSandboxEtc } from "./sandbox-etc.ts";

/** Opens the backend whose sandboxes bubblewrap makes. It throws an MxError where that is not possible here. */
export async function openLocal(options: BackendOptions): Promise<HostBackend> {
  const bubblewrap = await findBubblewrap(options.env);
  const asRoot = process.getuid?.() === 0;
  const base = chooseScratch(options.scratch, asRoot);
  const [socat] = await Promise.all([socatVersion(options.env), removeStaleScratch(base)]);
  const parents = findGroupParents();
  // Not by the run's id alone: whoever has the same name removes what runs in it.
  const name = `mx-${options.runId}-${process.pid}-${randomBytes(4).toString("hex")}`;
  const tree = new GroupTree(parents, name);
  const { runId } = options;
  const scratch = makeScratchFolder({ base, runId, shared: asRoot, groups: tree.folders });
  const groups = await makeGroups(tree);
  try {
    return await open(options, { bubblewrap, asRoot, scratch, groups, socat });
  } catch (error) {
    await groups?.remove();
    await removeTree(scratch);
    throw error;
  }
}

async function open(
  options: BackendOptions,
  o: {
    bubblewrap: Bubblewrap;
    asRoot: boolean;
    scratch: string;
    groups: GroupTree | null;
    socat: string | null;
  },
): Promise<HostBackend> {
  const { bubblewrap, scratch, groups } = o;
  mkdirSync(join(scratch, "pipes"), 0o700);
  const held = groups?.enforcedBy ?? { memory: null, processes: null };
  const { root, host: known } = buildRoot({
    scratch,
    bubblewrap,
    tools: options.tools ?? [],
    readOnlyMounts: options.readOnlyMounts ?? [],
  });
  const [major = 0, minor = 0] = release().split(".").map(Number);
  const rlimitHoldsProcesses = major > 5 || (major === 5 && minor >= 14);
  const hostWith = (shown: Root) => ({
    ...known,
    rootArguments: {
      own: rootArguments(shown, false),
      host: onceOnly(() => {
        const etc = join(scratch, "etc-with-names");
        const withNames = { ...shown, etc: { folder: etc, mounts: makeSandboxEtc(etc, true) } };
        return rootArguments(withNames, true);
      }),
    },
    held: { memory: held.memory !== null, processes: held.processes !== null },
    rlimitHoldsProcesses,
  });
  const slots = new LocalSlots({
    scratch,
    groups,
    base: o.asRoot ? firstUserOf(options.env) : null,
    parallel: options.parallel,
  });
  const slot = slots.take();
  let host = hostWith(root);
  let complaint = await probe(host, slot);
  if (complaint !== null && root.disableUserns) {
    // It takes a writable /proc/sys, which containers do not have; the seccomp filter does the same.
    host = hostWith({ ...root, disableUserns: false });
    complaint = await probe(host, slot);
  }
  slots.give(slot);
  if (complaint !== null) throw refused(complaint);
  return new LocalBackend({
    limits: limitReport(options.limits, enforcedBy(held, rlimitHoldsProcesses)),
    versions: {
      bubblewrap: bubblewrap.version,
      kernel: release(),
      ...(o.socat === null ? {} : { socat: o.socat }),
    },
    scratch,
    host,
    slots,
    groups,
    note: options.note ?? (() => {}),
  });
}

/** Few runs use the host's network: what that takes is made when the first one does. */
function onceOnly<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function enforcedBy(
  held: GroupTree["enforcedBy"],
  rlimitHoldsProcesses: boolean,
): Record<keyof Limits, string> {
  return {
    wall_ms: "clock",
    memory_bytes: held.memory ?? "rlimit+watch",
    processes: held.processes ?? (rlimitHoldsProcesses ? "rlimit+watch" : "watch"),
    open_files: "rlimit",
    output_bytes: "watch",
    workspace_bytes: "watch",
  };
}

/** Makes the control groups; null: there are none, or the kernel does not let sandboxes join after all. */
async function makeGroups(groups: GroupTree): Promise<GroupTree | null> {
  if (groups.folders.length === 0) return null;
  try {
    groups.make();
    const { lists } = groups.group("probe");
    const uid = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    for (const list of lists) {
      const stdio: StdioOptions = ["ignore", "ignore", "ignore", list];
      const child = spawn("/bin/sh", ["-c", "echo 0 >&3"], { stdio, ...uid });
      const [status] = (await once(child, "exit")) as [number | null];
      if (status !== 0) throw new Error("it cannot be joined");
    }
    return groups;
  } catch {
    await groups.remove();
    return null;
  }
}

async function socatVersion(env: NodeJS.ProcessEnv): Promise<string | null> {
  const path = findProgram("socat", env);
  if (path === null) return null;
  const { stdout } = await execa(path, ["-V"], { reject: false });
  return /socat version (\S+)/.exec(stdout ?? "")?.[1] ?? "unknown";
}
