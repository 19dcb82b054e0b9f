import { existsSync } from "node:fs";
import type { Engine } from "./engine.ts";
import { engineError } from "./engine-failure.ts";

/** What an engine can hold a container to, here. */
export interface Abilities {
  memory: boolean;
  processes: boolean;
  cpu: boolean;
  /** Control groups of version 1 or 2; null: nothing is known. */
  cgroup: "cgroup-v1" | "cgroup-v2" | null;
}

interface PodmanHost {
  cgroupVersion?: string;
  cgroupControllers?: string[];
}

interface DockerInfo {
  MemoryLimit?: boolean;
  PidsLimit?: boolean;
  CpuCfsQuota?: boolean;
  CgroupVersion?: string;
}

/** Asks the engine what it can limit. Throws MxError 69 where it does not answer. */
export async function engineAbilities(engine: Engine): Promise<Abilities> {
  const format = engine.kind === "podman" ? "{{json .Host}}" : "{{json .}}";
  const { exitCode, stdout, stderr } = await engine.run(["info", "--format", format]);
  if (exitCode !== 0) throw engineError(`${engine.program} does not work`, stderr);
  const info = JSON.parse(stdout.toString("utf8")) as PodmanHost & DockerInfo;
  if (engine.kind === "docker") {
    return {
      memory: info.MemoryLimit === true,
      processes: info.PidsLimit === true,
      cpu: info.CpuCfsQuota === true,
      cgroup: groupsOf(info.CgroupVersion),
    };
  }
  const has = (name: string) => info.cgroupControllers?.includes(name) === true;
  return {
    memory: has("memory"),
    processes: has("pids"),
    cpu: has("cpu"),
    cgroup: groupsOf(info.cgroupVersion),
  };
}

/** True where SELinux labels files: sandboxes would not be let into folders of the host. */
export function hasSelinux(): boolean {
  return existsSync("/sys/fs/selinux/enforce");
}

function groupsOf(version: string | undefined): Abilities["cgroup"] {
  return version === undefined ? null : version.endsWith("1") ? "cgroup-v1" : "cgroup-v2";
}
