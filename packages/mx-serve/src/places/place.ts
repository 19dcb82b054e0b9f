import type { Endpoint } from "@mx/records";
import type { ServerFolder } from "../servers/server-folder.ts";
import type { ServerKey } from "../servers/server-key.ts";
import type { ServerPlan } from "../server-plan.ts";

/** What a place is given besides the plan. */
export interface PlaceContext {
  env: NodeJS.ProcessEnv;
  /** Aborts at the first signal: what is starting is ended, and nothing is left. */
  stop: AbortSignal;
  /** Aborts at the second signal: what is ending is ended by force. Absent: it takes its time. */
  hurry?: AbortSignal;
  /** The key that the server is to ask of its callers; absent or null: none. */
  key?: ServerKey | null;
  /** One line for people. */
  note: (text: string) => void;
  /** Where the server's plan, log and endpoint are kept. */
  folder: ServerFolder;
  /** True: it is to outlive this process. */
  detach: boolean;
  /** Flags of the place as given, such as those of --slurm. */
  options: Record<string, string>;
}

/** Why a server is not there any more. */
export interface ServerEnd {
  /** One sentence that names the server: "qwen-1a2b3c ended with exit status 1". */
  reason: string;
  /** The last lines of its log. */
  tail: string;
}

/** A server that has answered a probe. */
export interface RunningServer {
  endpoint: Endpoint;
  /** Resolves when it has ended by itself; never rejects. */
  ended: Promise<ServerEnd>;
  /** Called with a new record when its address changes: a successor took over. */
  onMove(listener: (endpoint: Endpoint) => void): void;
  /** Ends it, and waits until nothing of it is left. */
  stop(): Promise<void>;
  /** Lets go of it without ending it, because others use it; absent: nothing is held. */
  release?(): Promise<void>;
}

/** Where servers run. `handle` is that of the endpoint record, which is all a place needs to find one again. */
export interface Place {
  readonly name: "local" | "modal" | "slurm";
  /**
   * Brings a server up and waits until the probe of its plan holds. Throws MxError 69, with the last lines of the
   * log, where it dies, does not come up in time, or another server answers; nothing is left running then.
   */
  up(plan: ServerPlan, context: PlaceContext): Promise<RunningServer>;
  /**
   * Joins a server that another process brought up and that `state` calls ready. Absent: its state is asked for from
   * time to time, which tells of its end later.
   */
  attach?(endpoint: Endpoint, plan: ServerPlan, context: PlaceContext): Promise<RunningServer>;
  /**
   * What became of a server that was brought up earlier: asks the place and probes it, never guesses. `starting`: it is
   * there and does not answer, or not yet; `failed`: it is gone, or another has its address.
   */
  state(endpoint: Endpoint, context: Pick<PlaceContext, "env">): Promise<Endpoint["state"]>;
  /** Ends a server that was brought up earlier; true where it was there. */
  stop(endpoint: Endpoint, context: Pick<PlaceContext, "env" | "note">): Promise<boolean>;
  /** Its log, a chunk at a time; with `follow` until it ends or `stop` aborts. */
  logs(
    endpoint: Endpoint,
    context: Pick<PlaceContext, "env" | "stop" | "folder">,
    follow: boolean,
  ): AsyncIterable<string>;
}
