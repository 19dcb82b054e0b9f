import type { AnyRecord, Finding, ScoredTrial, Summary, Trial } from "@mx/records";
import { sha256 } from "@mx/records";
import { flags } from "../flags.ts";
import { scoreTrials } from "../score-trials.ts";

/** What mx-score made of some records. */
export interface Scored {
  records: AnyRecord[];
  trials: ScoredTrial[];
  summaries: Summary[];
  findings: Finding[];
  notes: string[];
  exitCode: number;
}

/** Runs mx-score on records, or on the files that are named. */
export async function score(
  records: readonly unknown[],
  given: Record<string, unknown> = {},
  files: string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Scored> {
  const notes: string[] = [];
  const never = new AbortController().signal;
  const work = scoreTrials(from(records), { ...flags.parse(given), format: "ndjson" }, {
    note: (text: string) => notes.push(text),
    isTerminal: false,
    positionals: files,
    env,
    stop: never,
    abort: never,
    progress: { update() {}, clear() {}, stop() {} },
  } as never);
  const written: AnyRecord[] = [];
  for (;;) {
    const step = await work.next();
    if (step.done === true) {
      const of = (type: string) => written.filter((record) => record.type === type);
      return {
        records: written,
        trials: of("trial") as unknown as ScoredTrial[],
        summaries: of("summary") as unknown as Summary[],
        findings: of("finding") as unknown as Finding[],
        notes,
        exitCode: step.value,
      };
    }
    written.push(step.value);
  }
}

async function* from(records: readonly unknown[]): AsyncGenerator<AnyRecord> {
  for (const record of records) yield record as AnyRecord;
}

/** A trial of `m`, passed or not; null: without a result. */
export function trial(
  task: string,
  index: number,
  passed: boolean | null,
  more: Partial<ScoredTrial> = {},
): Trial {
  return {
    ...{ type: "trial", version: 1, key: sha256(`${task} ${index}`), run_id: "r", task_id: task },
    ...{ variant: "baseline", model: "m", trial: index, attempt: 0 },
    ...{ outcome: passed === null ? "infra_error" : "completed", output: "42", output_bytes: 2 },
    ...(passed === null
      ? {}
      : { checks: [{ name: "c", kind: "output" as const, passed, weight: 1 }] }),
    usage: {
      ...{ input_tokens: 1, output_tokens: 1, cached_input_tokens: null, reasoning_tokens: null },
      calls: 1,
    },
    ...{ cost_usd: 0.5, started_at: "2026-01-01T00:00:00.000Z" },
    time_ms: { queue: 0, sandbox: 0, agent: 100, model: null, grade: 0 },
    ...{ backend: "local", sandbox_id: null, artifacts: {} },
    ...more,
  };
}
