import type { Build, Limit } from "@mx/records";

/** What a sandbox may use. `null`: no limit. */
export interface Limits {
  /** Wall clock of one exec; the default of `ExecSpec.timeoutMs` is the caller's, this one is only told on. */
  wall_ms?: number | null;
  /** Memory of all processes of the sandbox together, where a control group holds it. */
  memory_bytes: number | null;
  /** Processes and threads at the same time. */
  processes: number | null;
  /** Open files of one process. */
  open_files: number | null;
  /** stdout and stderr of one exec together. */
  output_bytes: number | null;
  /** Workspace, home, /tmp and /mx/out together; an inode counts 1 KiB. */
  workspace_bytes: number | null;
}

/** `none`: nothing · `model`: a relay to the model and nothing else · `full`: the host's network. */
export type Network = "none" | "model" | "full";

/** A file of the host that every sandbox finds in `paths.bin`. */
export interface Tool {
  name: string;
  hostPath: string;
}

/** One way to provide sandboxes. Disposing of it releases all of them and removes its scratch folder. */
export interface Backend extends AsyncDisposable {
  readonly name: string;
  /** False: nothing keeps the agent from the host; `network` and the secrecy of the checks are not held. */
  readonly isolates: boolean;
  /** The limits that `openBackend` was given, and what holds each; what nothing holds is the caller's to say. */
  readonly limits: Record<string, Limit>;
  /** Versions of what it stands on: bubblewrap, socat, kernel. */
  readonly versions: Record<string, string>;
  readonly reach: Reach;
  /** What is done once, before the first sandbox: images, uploads. An MxError says what is missing. */
  prepare?(): Promise<void>;
  /** Makes a sandbox with empty folders. It throws where the sandbox cannot be made. */
  create(spec: SandboxSpec): Promise<Sandbox>;
}

/**
 * How an agent in a sandbox gets to the model: by a unix socket of the host (`socket`; `relay`: with the network `full`
 * too, which is not the host's), by a port on the host's loopback, or only by an address that the whole internet can
 * reach (`public`).
 */
export type Reach = "socket" | "relay" | "loopback" | "public";

/** A backend whose sandboxes are on this host. */
export interface HostBackend extends Backend {
  /** Host folder of this backend alone, a good place for `SandboxSpec.modelSocket`. */
  readonly scratch: string;
}

/** What a sandbox should be. */
export interface SandboxSpec {
  id: string;
  network: Network;
  limits: Limits;
  /** Environment of every exec in it; nothing of the host's comes along. */
  env: Record<string, string>;
  /**
   * Host path of the unix socket behind the relay, for backends with a network of their own. It is made
   * connectable for everybody who can search its folder: keep it in `HostBackend.scratch` or a private folder.
   */
  modelSocket?: string;
  /** Base URL of the model for sandboxes that share the host's network (`process`, network `full`) or have another. */
  modelUrl?: string;
  /** An image to run in; backends without images refuse it. */
  image?: string;
  /** In place of `image`: how it is made. Backends without images take what needs none, and refuse the rest. */
  build?: Build;
  /** Absolute path of the workspace inside; default: the backend's own. */
  workdir?: string;
  /** Cores that it needs, where a backend can give it its own; a backend's option wins. */
  cpus?: number;
  /** So long its commands may take together, in ms: a backend that ends sandboxes by the clock adds slack. */
  neededMs?: number;
  /** Aborts the wait for a sandbox, not the sandbox. */
  signal?: AbortSignal;
}

/** Where things are, as a command inside the sandbox sees them. */
export interface SandboxPaths {
  /** The working directory of an exec, unless it says otherwise. */
  workspace: string;
  home: string;
  tmp: string;
  /** Writable folder for what the agent hands out: report, trajectory. */
  out: string;
  /** Read-only folder of the tools. */
  bin: string;
  /** Where a check's files belong (`ExecSpec.mounts`); nothing is there otherwise. */
  checks: string;
  /** A node: of the same version as ours, or the image's own. */
  node: string;
}

/** The isolated machine of one trial. One exec at a time. */
export interface Sandbox {
  readonly id: string;
  readonly paths: SandboxPaths;
  /** What OPENAI_BASE_URL must be inside (`relay: true` where it is a relay); null: no model. */
  readonly modelUrl: string | null;
  /** Writes files, absolute or relative to the workspace; never through a link out of the sandbox. */
  putFiles(files: SandboxFile[]): Promise<void>;
  /** Runs a command; when it resolves, no process of the sandbox is left. */
  exec(command: ExecSpec): Promise<ExecResult>;
  /** The bytes of a regular file; null: there is none. Never follows a link out, never blocks. */
  readFile(path: string, maxBytes: number): Promise<{ bytes: Buffer; truncated: boolean } | null>;
  /** Ends everything, deletes everything; may be called twice. */
  release(): Promise<void>;
}

/** A file to put into a sandbox. */
export interface SandboxFile {
  path: string;
  bytes: Uint8Array;
  /** Permission bits, such as 0o644. */
  mode: number;
}

/** A command to run in a sandbox. */
export interface ExecSpec {
  argv: string[];
  env?: Record<string, string>;
  /** Default: the workspace. */
  cwd?: string;
  /** Default: /dev/null. */
  stdin?: Uint8Array;
  /** Wall clock from the moment the command starts. */
  timeoutMs: number | null;
  signal?: AbortSignal;
  onStdout?(chunk: Buffer): void;
  onStderr?(chunk: Buffer): void;
  /**
   * Read-only folders that are there for this exec only: `path` is `paths.checks`, another name below /mx, or where a
   * verifier wants its files, such as /tests. What the agent may have put there is not seen.
   */
  mounts?: { path: string; files: SandboxFile[] }[];
  /**
   * Absolute paths of folders that are empty and writable when the command starts, whatever the agent has put there;
   * `readFile` finds what the command leaves in them.
   */
  folders?: string[];
  /** Start the relay to the model for this exec (network `model`). */
  relay?: boolean;
}

/**
 * Why an exec ended: by itself (`exited`), by the clock, at a limit (`memory`, `processes`, `output`, `disk`),
 * by `signal`, or never (`not_started`: the command is not there, or the sandbox did not come up).
 */
export type Ended =
  "exited" | "timeout" | "memory" | "processes" | "output" | "disk" | "cancelled" | "not_started";

/** How an exec ended. */
export interface ExecResult {
  ended: Ended;
  /** 128+n after signal n; null: it was ended from outside or never started. */
  exitCode: number | null;
  /** From the start of the command, set-up of the sandbox not included. */
  elapsedMs: number;
  /** For people: what happened, where `ended` does not say it all. */
  detail?: string;
}
