import type { Sandbox } from "./sandbox.ts";
import type { SandboxResult } from "./result.ts";

/** A sandbox as tests look at it. */
export interface SandboxState {
  id: string;
  taskId: string;
  version: 1 | 2;
  appId: string;
  environment: string;
  name: string;
  tags: Record<string, string>;
  state: "pending" | "running" | "finished";
  result: SandboxResult | null;
  imageId: string;
  command: string[];
  workdir: string;
  /** Cores that were asked for, and the most that it may use; null: not said. */
  cpu: number | null;
  cpuLimit: number | null;
  memoryMiB: number | null;
  memoryLimitMiB: number | null;
  /** As in `H100:2`; null: none. */
  gpu: string | null;
  timeoutSecs: number;
  idleTimeoutSecs: number | null;
  network: { access: "open" | "blocked" | "listed"; cidrs: string[]; domains: string[] };
  regions: string[];
  volumes: { id: string; path: string; readOnly: boolean; subPath: string }[];
  /** Names of the variables that it was given, by its image, itself or secrets. */
  variables: string[];
  /** Processes that were started in it, the filesystem's tools too. */
  execs: number;
}

/** What a sandbox is and was asked to be. */
export function sandboxState(sandbox: Sandbox): SandboxState {
  const { spec, result, scheduled } = sandbox;
  const { definition } = spec;
  const { resources } = definition;
  const gpu = resources?.gpuConfig;
  return {
    id: sandbox.id,
    taskId: spec.taskId,
    version: spec.version,
    appId: spec.appId,
    environment: spec.environment,
    name: sandbox.name,
    tags: { ...sandbox.tags },
    state: result !== null ? "finished" : scheduled ? "running" : "pending",
    result,
    imageId: definition.imageId ?? "",
    command: strings(definition.entrypointArgs),
    workdir: spec.workdir,
    cpu: given(resources?.milliCpu, 1000),
    cpuLimit: given(resources?.milliCpuMax, 1000),
    memoryMiB: given(resources?.memoryMb),
    memoryLimitMiB: given(resources?.memoryMbMax),
    gpu: gpu?.gpuType ? `${gpu.gpuType}:${gpu.count}` : null,
    timeoutSecs: definition.timeoutSecs ?? 0,
    idleTimeoutSecs: given(definition.idleTimeoutSecs),
    network: networkOf(sandbox),
    regions: strings(definition.schedulerPlacement?.regions),
    volumes: spec.views.map(({ spec: view }) => ({
      id: view.volume.id,
      path: view.path,
      readOnly: view.readOnly,
      subPath: view.subPath,
    })),
    variables: Object.keys(spec.env),
    execs: sandbox.execCount,
  };
}

function networkOf({ network, spec }: Sandbox): SandboxState["network"] {
  const { networkAccessType, allowedCidrs, allowedDomains } =
    network ?? spec.definition.networkAccess ?? {};
  const names: SandboxState["network"]["access"][] = ["open", "open", "blocked", "listed"];
  const access = names[networkAccessType ?? 0] ?? "open";
  return { access, cidrs: strings(allowedCidrs), domains: strings(allowedDomains) };
}

function given(value: number | undefined, scale = 1): number | null {
  return value ? value / scale : null;
}

function strings(list: readonly (string | undefined)[] = []): string[] {
  return list.filter((item) => item !== undefined);
}
