import { noUsage, type AnyRecord, type Run, type ScoredTrial } from "@mx/records";
import { createHash } from "node:crypto";

export const sha = (text: string) => createHash("sha256").update(text).digest("hex");

export interface TrialGiven extends Partial<ScoredTrial> {
  task: string;
}

/** A scored trial for tests: of arm `a` and model `m`, with reward 1, its key made of what was asked. */
export function trial({ task, ...given }: TrialGiven): ScoredTrial {
  const variant = given.variant ?? "a";
  const model = given.model === undefined ? "m" : given.model;
  const index = given.trial ?? 0;
  const digest = sha(`content of ${task}`);
  return {
    type: "trial",
    version: 1,
    key: sha(JSON.stringify([task, model, variant, index])),
    run_id: "20260214-103000-k3f9",
    task_id: task,
    task_digest: digest,
    variant,
    model,
    served_model: "m-2026-01",
    trial: index,
    attempt: 0,
    outcome: "completed",
    output: "",
    usage: noUsage,
    cost_usd: null,
    started_at: "2026-02-14T10:30:00Z",
    time_ms: { queue: null, sandbox: null, agent: null, model: null, grade: null },
    backend: "local",
    sandbox_id: null,
    artifacts: {},
    scores: { checks: { value: 1, grader: { name: "checks", version: "1" } } },
    reward: 1,
    passed: null,
    ...given,
  };
}

/** One arm: rewards by task, one per trial; null: an infrastructure failure. */
export function arm(
  variant: string,
  rewards: Record<string, readonly (number | null)[]>,
  given: Partial<ScoredTrial> = {},
): ScoredTrial[] {
  return Object.entries(rewards).flatMap(([task, list]) =>
    list.map((reward, index) =>
      trial({
        ...given,
        task,
        variant,
        trial: index,
        reward,
        ...(reward === null ? { outcome: "infra_error", scores: {} } : {}),
      }),
    ),
  );
}

/** A run of both arms, `a` and `b`, for tests. */
export function run(given: Partial<Run> = {}): Run {
  return {
    type: "run",
    version: 1,
    run_id: "20260214-103000-k3f9",
    state: "done",
    started_at: "2026-02-14T10:30:00Z",
    command: [],
    versions: {},
    git_commit: null,
    agent: { name: "mx-agent", digest: null },
    backend: "local",
    endpoint: null,
    models: ["m"],
    variants: ["a", "b"],
    sampling: { temperature: 0, top_p: null, max_tokens: null, seed: 1 },
    trials: 1,
    task_ids: null,
    planned: null,
    limits: {},
    network: "model",
    fingerprint: sha("fingerprint"),
    ...given,
  };
}

/** What a command yields, returns and tells. */
export interface Outcome {
  records: AnyRecord[];
  code: number;
  notes: string[];
}

/** Runs a command's generator over records. */
export async function runWork(
  work: (
    stdin: AsyncIterable<AnyRecord>,
    context: { positionals: string[]; note: (text: string) => void },
  ) => AsyncGenerator<AnyRecord, number>,
  records: readonly object[],
  positionals: string[],
): Promise<Outcome> {
  const outcome: Outcome = { records: [], code: -1, notes: [] };
  async function* stdin(): AsyncGenerator<AnyRecord> {
    for (const record of records) yield record as AnyRecord;
  }
  const generator = work(stdin(), { positionals, note: (text) => outcome.notes.push(text) });
  for (;;) {
    const step = await generator.next();
    if (step.done === true) {
      outcome.code = step.value;
      return outcome;
    }
    outcome.records.push(step.value);
  }
}
