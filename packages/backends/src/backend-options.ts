import type { ContainerOptions } from "./container/container-options.ts";
import type { ModalOptions } from "./modal/modal-options.ts";
import type { Limits, Tool } from "./sandbox.ts";

/** What `openBackend` is asked for. */
export interface BackendOptions {
  name: "local" | "process" | "container" | "modal";
  /** Sandboxes that will be alive at the same time; more are possible and start slower. */
  parallel: number;
  /** The limits of the run: `Backend.limits` says what holds each. A sandbox brings its own. */
  limits: Limits;
  /** Folder for scratch folders; default: the system's temporary folder. */
  scratch?: string;
  /** For the backend `modal`, which does without scratch folders and mounts of the host. */
  modal?: ModalOptions;
  /** For the backend `container`. */
  container?: ContainerOptions;
  /** Told what people should know, a line at a time: the log of an image's build, say. */
  note?: (text: string) => void;
  /** Aborts: sandboxes that do not end with this process are ended at once. */
  abort?: AbortSignal;
  /** Host folders that every sandbox sees, read-only, under the same path. */
  readOnlyMounts?: string[];
  /** Files that every sandbox finds in `paths.bin`. Our node is there without being named. */
  tools?: Tool[];
  runId: string;
  env: NodeJS.ProcessEnv;
}
