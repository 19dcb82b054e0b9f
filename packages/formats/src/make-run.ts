import { canonicalJson, Run, sha256 } from "@mx/records";
import type { ReadOptions } from "./format.ts";
import type { FormatName } from "./format-names.ts";
import { isoTime } from "./iso-time.ts";
import { countOf, numberOf, type JsonObject } from "./json-value.ts";

/** What a format knows of a run. What is left out is unknown. */
export interface FoundRun {
  from: FormatName;
  /** From `importedRunId`; the same as in its trials. */
  runId: string;
  /** Anything that isoTime takes. */
  startedAt: unknown;
  /** The agent's name; default: the format's. */
  agent?: string | null;
  /** The model that was asked for; ReadOptions.model wins. */
  model?: string | null;
  /** Arms, where the file itself has several; win over ReadOptions.variant. */
  variants?: string[];
  /** An object with `temperature`, `top_p`, `max_tokens` and `seed`, as far as it has them. */
  sampling?: JsonObject | null;
  /** Trials per task, model and arm. */
  trials: number;
  /** The ids of all tasks; null where the file does not list them. */
  taskIds: string[] | null;
  /** Trials in all; default: tasks x arms x trials, unknown without the ids. */
  planned?: number | null;
  endpoint?: string | null;
  gitCommit?: string | null;
  versions?: Record<string, string>;
  /** Anything else that tells two runs apart; part of the fingerprint. Any JSON. */
  settings?: unknown;
}

/**
 * The `run` record of imported results, or null where the file does not say how many trials it wanted. Its state is `done`, because nobody is at work on it; what is missing shows by its trials. `network` is
 * `full`: nobody says that anything was kept from the agent.
 */
export function makeRun(found: FoundRun, options: ReadOptions): Run | null {
  const startedAt = isoTime(found.startedAt);
  if (!Number.isSafeInteger(found.trials) || found.trials < 1) return null;
  const models = [options.model ?? found.model ?? null];
  const variants = found.variants ?? [options.variant ?? "baseline"];
  const agent = found.agent ?? found.from;
  const sampling = samplingOf(found.sampling ?? {});
  const taskIds = found.taskIds === null ? null : [...new Set(found.taskIds)];
  const inAll = taskIds === null ? null : taskIds.length * variants.length * found.trials;
  return {
    type: "run",
    version: 1,
    run_id: found.runId,
    state: "done",
    started_at: startedAt,
    command: [],
    versions: found.versions ?? {},
    git_commit: found.gitCommit ?? null,
    agent: { name: agent, digest: null },
    backend: found.from,
    endpoint: endpointOf(found.endpoint),
    models,
    variants,
    sampling,
    trials: found.trials,
    task_ids: taskIds,
    planned: countOf(found.planned) ?? inAll,
    limits: {},
    network: "full",
    fingerprint: sha256(
      canonicalJson({
        from: found.from,
        agent,
        models,
        variants,
        sampling,
        settings: found.settings,
      }),
    ),
  };
}

function samplingOf(given: JsonObject): Run["sampling"] {
  const maxTokens = countOf(given["max_tokens"]);
  const seed = numberOf(given["seed"]);
  return {
    temperature: numberOf(given["temperature"]),
    top_p: numberOf(given["top_p"]),
    max_tokens: maxTokens === 0 ? null : maxTokens,
    seed: seed !== null && Number.isSafeInteger(seed) ? seed : null,
  };
}

/** The address without what may be a secret in it. */
function endpointOf(given: string | null | undefined): string | null {
  if (given == null || !URL.canParse(given)) return null;
  const { origin, pathname } = new URL(given);
  return `${origin}${pathname}`;
}
