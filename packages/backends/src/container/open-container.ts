import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { BackendOptions } from "../backend-options.ts";
import { limitReport } from "../exec/limit-report.ts";
import { findProgram } from "../local/bubblewrap.ts";
import { hostMount } from "../local/host-mount.ts";
import { localPaths } from "../local/paths.ts";
import { chooseScratch } from "../scratch/choose-scratch.ts";
import { removeTree } from "../scratch/remove-tree.ts";
import { makeScratchFolder, removeStaleScratch } from "../scratch/scratch-folder.ts";
import { carryPrograms } from "./carry-programs.ts";
import { removeStaleContainers } from "./collect-containers.ts";
import { ContainerBackend } from "./container-backend.ts";
import type { Bind } from "./create-arguments.ts";
import { engineAbilities, hasSelinux } from "./engine-abilities.ts";
import { findEngine } from "./find-engine.ts";
import { ImageStore } from "./image-store.ts";

/** Opens the backend whose sandboxes docker or podman makes. Throws MxError 69 where neither works here. */
export async function openContainer(o: BackendOptions): Promise<ContainerBackend> {
  const { container: options, env, note = () => {} } = o;
  if (options === undefined) throw new Error("the container backend needs its options");
  const readOnlyMounts = (o.readOnlyMounts ?? []).map(mountOf);
  const engine = await findEngine(options.engine, env);
  const abilities = await engineAbilities(engine);
  const base = chooseScratch(o.scratch, false);
  // First what runs in their folders.
  await removeStaleContainers(engine);
  await removeStaleScratch(base);
  const scratch = makeScratchFolder({ base, runId: o.runId, shared: false, groups: [] });
  try {
    const bin = join(scratch, "bin");
    const { socat } = await carryPrograms(
      bin,
      { node: realpathSync(process.execPath), socat: findProgram("socat", env) },
      o.tools ?? [],
    );
    const { cgroup, memory, processes } = abilities;
    return new ContainerBackend({
      host: {
        engine,
        abilities,
        held: { memory, processes },
        selinux: hasSelinux(),
        images: new ImageStore({ engine, note, abort: o.abort }),
        options,
        bin,
        socat,
        readOnlyMounts,
        runId: o.runId,
      },
      limits: limitReport(o.limits, {
        wall_ms: "clock",
        memory_bytes: memory ? (cgroup ?? engine.kind) : "rlimit+watch",
        processes: processes ? (cgroup ?? engine.kind) : "watch",
        open_files: "rlimit",
        output_bytes: "watch",
        workspace_bytes: "watch",
      }),
      scratch,
    });
  } catch (error) {
    await removeTree(scratch);
    throw error;
  }
}

/** A folder of the host at its own path; refused where a folder of the sandbox's own is there. */
function mountOf(path: string): Bind {
  const { workspace, home, tmp } = localPaths;
  const own = [workspace, home, tmp, "/mx", "/proc", "/dev", "/sys"];
  const absolute = hostMount(path, { own, root: false });
  return { from: absolute, to: absolute, readOnly: true };
}
