import type { Limits, SandboxSpec } from "@mx/backends";
import { ExitCode, MxError } from "@mx/cli";
import type { Task } from "@mx/records";
import type { Flags } from "./flags.ts";

const mib = 1024 * 1024;

type TaskSpec = Pick<SandboxSpec, "env" | "limits" | "image" | "build" | "workdir" | "cpus">;

/** What a task says of its sandbox, over the limits of the run; what a flag says counts for all. Throws MxError 2. */
export function taskSpec(task: Task, flags: Flags, limits: Limits): TaskSpec {
  const { image, build, workdir, env = {}, resources = {} } = task;
  const { memory_mib: memory, disk_mib: disk, cpus, gpus } = resources;
  if (gpus !== undefined && gpus > 0 && flags.gpu === undefined) {
    throw new MxError(
      `the task needs ${gpus === 1 ? "a GPU" : `${gpus} GPUs`}: name them with --gpu, which needs --backend modal`,
      { code: "gpu_needed", exitCode: ExitCode.usage },
    );
  }
  const own: Partial<Limits> = {
    ...(memory !== undefined && flags.memory === undefined && { memory_bytes: memory * mib }),
    ...(disk !== undefined && flags.disk === undefined && { workspace_bytes: disk * mib }),
  };
  return {
    env,
    limits: { ...limits, ...rounded(own) },
    ...(image !== undefined && { image }),
    ...(build !== undefined && { build }),
    ...(workdir !== undefined && { workdir }),
    ...(cpus !== undefined && { cpus }),
  };
}

function rounded(own: Partial<Limits>): Partial<Limits> {
  return Object.fromEntries(
    Object.entries(own).map(([name, value]) => [name, value === null ? null : Math.round(value)]),
  );
}
