import type { Backend } from "@mx/backends";
import type { RunContext } from "@mx/cli";
import type { Run } from "@mx/records";
import { release } from "node:os";
import type { Flags } from "./flags.ts";
import type { Settings } from "./settings.ts";

/** Trials that tasks of these ids make. */
export function plannedTrials(ids: string[], settings: Settings, flags: Flags): number {
  const cells = settings.arms.reduce((sum, { models }) => sum + models.length, 0);
  return ids.length * cells * flags.trials;
}

/** Versions of the agents that are installed, by their names. */
function agentVersions({ arms }: Settings): Record<string, string> {
  return Object.fromEntries(
    arms.flatMap(({ loaded }): [string, string][] => {
      const { name, version } = loaded?.adapter ?? { name: "", version: null };
      return version === null ? [] : [[name, version]];
    }),
  );
}

/** What a run's record says as it begins. */
export interface RunPlace {
  runId: string;
  settings: Settings;
  flags: Flags;
  backend: Pick<Backend, "versions" | "limits">;
  /** Of its tasks; null: they are not known yet. */
  ids: string[] | null;
  /** Record of the run that is resumed. */
  before: Run | null;
  commit: string | null;
}

/** A run's record as it begins: what is asked for, with what, where. */
export function firstManifest(
  { runId, settings, flags, backend, ids, before, commit }: RunPlace,
  context: Pick<RunContext, "argv" | "version">,
): Run {
  return {
    type: "run",
    version: 1,
    run_id: runId,
    state: "running",
    started_at: before?.started_at ?? new Date().toISOString(),
    command: context.argv,
    versions: {
      mx: context.version,
      node: process.version,
      kernel: release(),
      ...backend.versions,
      ...agentVersions(settings),
    },
    git_commit: commit,
    agent: settings.agent,
    backend: flags.backend,
    endpoint: settings.api?.url ?? null,
    models: settings.models,
    variants: settings.variants,
    ...(settings.armRecords === undefined ? {} : { arms: settings.armRecords }),
    sampling: settings.sampling,
    trials: flags.trials,
    task_ids: ids,
    planned: ids === null ? null : plannedTrials(ids, settings, flags),
    limits: { wall_ms: { value: flags.timeout * 1000, enforced_by: "clock" }, ...backend.limits },
    network: settings.network,
    fingerprint: settings.fingerprint,
  };
}

/** The record as the run ends. `ids` null: the stream of tasks was not read to its end. */
export function lastManifest(
  first: Run,
  ids: string[] | null,
  planned: number | null,
  finished: number,
  stopped: boolean,
): Run {
  const owed = planned === null ? null : planned - finished;
  return {
    ...first,
    task_ids: ids,
    planned,
    finished,
    owed,
    state: owed === 0 ? "done" : stopped ? "cancelled" : "incomplete",
    ended_at: new Date().toISOString(),
  };
}
