/** How the emulated Modal behaves. */
export interface EmulatorOptions {
  /** TCP port on 127.0.0.1; 0 (the default): a free one. */
  port?: number;
  /** `bwrap`: each sandbox has a root of its own. `none`: plain processes on the host. Default: bwrap where it works. */
  isolation?: "bwrap" | "none";
  /** RUN commands of an image: run them (in bwrap only), or record them and go on. Default: run under bwrap. */
  imageCommands?: "run" | "record";
  /** Milliseconds that an image takes to build, besides its commands. Default: 0. */
  imageBuildMs?: number;
  /** Milliseconds between a sandbox's creation and its start. Default: 0. */
  schedulingDelayMs?: number;
  /** How many times faster than real time lifetimes, idle and exec timeouts and background commits pass. Default: 1. */
  timeScale?: number;
  /** Creations per second that are let through; more get RESOURCE_EXHAUSTED with a policy to retry. Default: no limit. */
  createsPerSecond?: number;
  /** Sandboxes at a time; a further creation gets RESOURCE_EXHAUSTED without a policy. Default: no limit. */
  maxSandboxes?: number;
  /** Seconds that a token of the control plane is good for. Default: 1200. */
  tokenTtlSecs?: number;
  /** Seconds that a token of the task router is good for. Default: 3600. */
  routerTokenTtlSecs?: number;
  /** Sandboxes in one page of a list. Default: 100. */
  pageSize?: number;
  /** Milliseconds between background commits of volumes that sandboxes write to. Default: 10,000. */
  backgroundCommitMs?: number;
  /** Path of a Python with the package `modal`, for containers of functions; without one they do not start. */
  python?: string;
  /** Milliseconds after which a call of a web function is answered 303. Default: 150,000. */
  webTimeoutMs?: number;
}

/** The options with what was left out filled in. */
export type Settings = Required<EmulatorOptions>;
