import type { Held } from "../exec/init-limits.ts";
import type { SandboxFolders } from "../files/sandbox-folders.ts";
import type { SandboxPaths, SandboxSpec } from "../sandbox.ts";
import type { ContainerFolders } from "./container-folders.ts";
import type { ContainerPipes } from "./container-pipes.ts";
import type { Engine } from "./engine.ts";

/** What a container sandbox is made with. */
export interface ContainerSandboxOptions {
  engine: Engine;
  /** Of the container, which is there and has not been started. */
  name: string;
  spec: SandboxSpec;
  paths: SandboxPaths;
  modelUrl: string | null;
  /** Variables that every command has, before those of the spec. */
  env: Record<string, string>;
  /** Whom files in the image's layers are to belong to. */
  owner: { uid: number; gid: number };
  held: Held;
  base: SandboxFolders;
  folders: ContainerFolders;
  pipes: ContainerPipes;
  /** Makes the model's socket reachable again, before a command with a relay. */
  shareSocket: () => void;
  /** Deletes the sandbox's folders where we may not. */
  clean: () => Promise<void>;
  onRelease: () => void;
}
