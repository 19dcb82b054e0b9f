export type { BackendOptions } from "./backend-options.ts";
export { workdirOf } from "./build/plan-build.ts";
export { collectContainers, type ContainerGarbageOptions } from "./container/collect-containers.ts";
export type { ContainerOptions } from "./container/container-options.ts";
export type { Garbage } from "./garbage.ts";
export { collectGarbage, type GarbageOptions } from "./modal/collect-garbage.ts";
export { LostSandboxError } from "./modal/lost-sandbox.ts";
export type { ModalOptions, VolumeMount } from "./modal/modal-options.ts";
export { ResultVolume } from "./modal/result-volume.ts";
export { openBackend } from "./open-backend.ts";
export type {
  Backend,
  Ended,
  ExecResult,
  ExecSpec,
  HostBackend,
  Limits,
  Network,
  Reach,
  Sandbox,
  SandboxFile,
  SandboxPaths,
  SandboxSpec,
  Tool,
} from "./sandbox.ts";
