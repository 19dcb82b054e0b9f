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
    /** Path -> name of a volume of Modal. */
    volumes: Record<string, string>;
    /** Names of secrets of Modal. */
    modal_secrets: string[];
  };
}
