import type { SandboxDefinition } from "../control/control-api.ts";
import type { VolumeView } from "../volume/volume-view.ts";
import type { Clock } from "./clock.ts";
import type { Machine } from "./machine.ts";
import type { Trash } from "./trash.ts";

/** What a sandbox is made of. */
export interface SandboxSpec {
  id: string;
  taskId: string;
  version: 1 | 2;
  appId: string;
  /** The function that it is a container of; null: it is a sandbox. */
  functionId: string | null;
  environment: string;
  definition: SandboxDefinition;
  tags: Record<string, string>;
  /** Variables of the image, the sandbox and its secrets. */
  env: Record<string, string>;
  /** Folder that processes start in. */
  workdir: string;
  machine: Machine;
  views: readonly VolumeView[];
  /** Host folder that goes when the sandbox does. */
  folder: string;
  trash: Trash;
  clock: Clock;
  /** Seconds between background commits. */
  commitSecs: number;
}
