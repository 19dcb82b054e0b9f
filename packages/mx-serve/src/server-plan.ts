import type { Server } from "@mx/records";

/** How it is seen that a server works, and that it is the one that was asked for. */
export type Probe =
  /** GET /v1/models lists `model`; null: any. */
  | { kind: "models"; model: string | null }
  /** GET of this path answers 2xx. */
  | { kind: "http"; path: string }
  /** The protocol of Postgres: it accepts a connection. */
  | { kind: "postgres" };

/**
 * All that a place needs to start a server. `record` is what is shown and kept; the rest follows from it. In
 * `record.argv` and the values of `record.env`, {port}, {host} and {dir} stand for what the place chooses.
 */
export interface ServerPlan {
  record: Server;
  probe: Probe;
  /** The port that was asked for; null: a free one. */
  port: number | null;
  /** So long it may take until it is ready, in ms. */
  startupTimeoutMs: number;
  /** Files that it needs in {dir}: path relative to it -> text. Chat templates and configurations, never a secret. */
  files: Record<string, string>;
  /** The program that must be there, and how to get it, where the machine's own is used. */
  needs: { program: string; hint: string } | null;
  /**
   * The variable by which the engine takes the key that callers must send: `VLLM_API_KEY`, `LITELLM_MASTER_KEY`. One that
   * is set is used, else a key is made for the server and kept beside it. Absent or null: it takes none.
   */
  apiKeyEnv?: string | null;
  /** What asks its main process to end in order; absent: SIGTERM. */
  stopSignal?: "SIGTERM" | "SIGINT";
  /** What the paths of its API begin with: `/v1` where it is OpenAI's; absent or empty: it has none. */
  apiPath?: "/v1" | "";
  /** Lines of a Dockerfile that its image gets after its base, such as `RUN apk add postgresql16`. */
  imageSetup?: string[];
  /** Name of the data that it serves, which another configuration may serve as well, but not at the same time. */
  data?: string;
  /** It keeps state: there must never be two of it. */
  single?: boolean;
  /** Python packages that its image needs on Modal, pinned: `vllm==0.13.0`. */
  packages: string[];
  /** What the places that are not this machine are told besides. Times in seconds, sizes in MiB. */
  infra: {
    cpu?: number;
    memory_mib?: number;
    /** How long it may run as a whole. */
    timeout_s: number;
    /** Modal: idle for so long, it is let go. */
    scaledown_window_s: number;
    max_concurrent_inputs: number;
    min_containers: number;
    max_containers?: number;
    /** Path -> name of a volume of Modal; a path may begin with {dir}. */
    volumes: Record<string, string>;
    /** Names of secrets of Modal. */
    modal_secrets: string[];
  };
}
