import type { Spawned } from "./spawned.ts";

/** A folder of the host that is seen at a path inside. */
export interface Mount {
  /** Absolute path inside. */
  path: string;
  hostPath: string;
  readOnly: boolean;
}

/** Where a path inside lies on the host. */
export interface Place {
  hostPath: string;
  /** True where nothing may be written, such as the host's own /usr. */
  readOnly: boolean;
}

export interface SpawnOptions {
  /** Absolute path inside. */
  cwd: string;
  env: Record<string, string>;
}

/** Where the processes of one sandbox run. They end when it is closed, and when the emulator dies. */
export interface Machine {
  /** The host's folder with the files that are the machine's own. */
  readonly root: string;
  /** Starts a process in a process group of its own. */
  spawn: (argv: readonly string[], options: SpawnOptions) => Promise<Spawned>;
  /** Finds a path; symbolic links are followed as inside, the last one only with `followLast`. Throws ELOOP. */
  locate: (path: string, followLast: boolean) => Place;
  /** Kills all processes; resolves when they are gone. */
  close: () => Promise<void>;
}

/** What every process inside sees, unless an image or a secret says otherwise. */
export const baseEnvironment: Record<string, string> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
  LANG: "C.UTF-8",
};
