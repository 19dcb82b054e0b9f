import type { Backend, Limits, Network } from "@mx/backends";
import type { Masker } from "@mx/cli";
import type { RunDirectory } from "@mx/store";
import type { Flags } from "./flags.ts";
import type { ModelProxy } from "./model-proxy.ts";
import type { ResultCopy } from "./result-copy.ts";

/** What all attempts of a run share. */
export interface AttemptContext {
  runId: string;
  /** The run's; what an arm has of its own is in `PlannedTrial.arm`. */
  flags: Flags;
  backend: Backend;
  /** Folder of each installed agent as sandboxes see it, by the digest of its adapter. */
  agents: ReadonlyMap<string, string>;
  network: Network;
  limits: Limits;
  /** null where the agent uses no model. */
  proxy: ModelProxy | null;
  directory: RunDirectory;
  /** null where the run is not copied anywhere. */
  copy: ResultCopy | null;
  masker: Masker;
  /** Aborts on the first signal: nothing is waited for any more that has not begun. */
  stop: AbortSignal;
  /** Aborts on the second signal: what is in flight ends at once. */
  abort: AbortSignal;
}
