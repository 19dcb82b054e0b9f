import type { Settings } from "../options.ts";

export type ImageState = "building" | "built" | "failed";

/** An image: what its Dockerfile says, and a host's folder with the files that its commands made. */
export class Image {
  readonly id: string;
  /** A digest of what it is built from; empty for a snapshot. */
  readonly key: string;
  /** Every line of the Dockerfile, of its base images too. */
  readonly commands: readonly string[];
  /** Files over those of the host's system; null where there are none. */
  folder: string | null = null;
  /** What ENV lines set. */
  env: Record<string, string> = {};
  /** What the last WORKDIR says. */
  workdir: string;
  state: ImageState = "building";
  /** What went wrong. */
  exception = "";
  /** What the build wrote. */
  readonly log: string[] = [];
  timesBuilt = 0;
  /** Settles when the build has ended, well or not. */
  built: Promise<void> = Promise.resolve();

  constructor(id: string, key: string, commands: readonly string[], base: Image | null) {
    this.id = id;
    this.key = key;
    this.commands = [...(base?.commands ?? []), ...commands];
    this.env = { ...base?.env };
    this.workdir = base?.workdir ?? "/";
    this.folder = base?.folder ?? null;
  }
}

/** What building needs of the settings. */
export type BuildSettings = Pick<Settings, "imageCommands" | "imageBuildMs">;
