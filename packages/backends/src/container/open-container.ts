import { existsSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { ExitCode, MxError } from "@mx/cli";
import type { BackendOptions } from "../backend-options.ts";
import { limitReport } from "../exec/limit-report.ts";
import { findProgram } from "../local/bubblewrap.ts";
import { localPaths } from "../local/paths.ts";
import { chooseScratch } from "../scratch/choose-scratch.ts";
import { removeTree } from "../scratch/remove-tree.ts";
import { makeScratchFolder, removeStaleScratch } from "../scratch/scratch-folder.ts";
import { carryPrograms } from "./carry-programs.ts";
import { removeStaleContainers } from "./collect-containers.ts";
import { ContainerBackend } from "./container-backend.ts";
import { isIn } from "./container-paths.ts";
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
  const absolute = resolve(path);
  const { workspace, home, tmp } = localPaths;
  const own = [workspace, home, tmp, "/mx", "/proc", "/dev", "/sys"];
  const hiding = own.find((folder) => isIn(absolute, folder));
  if (absolute !== "/" && hiding === undefined && existsSync(absolute)) {
    return { from: absolute, to: absolute, readOnly: true };
  }
  throw new MxError(`${absolute} cannot be mounted into sandboxes`, {
    code: "bad_mount",
    exitCode: ExitCode.usage,
    hint:
      hiding === undefined
        ? "there is no such file or folder"
        : `sandboxes have a ${hiding} of their own: move it elsewhere, to /srv or /opt for example`,
  });
}
