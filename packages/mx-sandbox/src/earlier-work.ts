import { ExitCode, MxError } from "@mx/cli";
import { isResult, type AnyRecord, type Trial } from "@mx/records";
import { SeenSet } from "@mx/stats";
import { readJournal } from "@mx/store";

/** What earlier executions of a run have left: which trials have a result, and how often the others were tried. */
export class EarlierWork {
  readonly #finished = new SeenSet();
  readonly #attempts = new Map<string, number>();
  /** Planned trials that turned out to have a result already. */
  met = 0;

  /** Takes a record into account; true where it is the first result of its trial. */
  add(trial: Trial): boolean {
    if (isResult(trial.outcome)) {
      this.#attempts.delete(trial.key);
      return this.#finished.add(trial.key);
    }
    if (!this.#finished.has(trial.key)) {
      const before = this.#attempts.get(trial.key) ?? 0;
      this.#attempts.set(trial.key, Math.max(before, trial.attempt + 1));
    }
    return false;
  }

  /** True where a trial has a result. */
  has(key: string): boolean {
    return this.#finished.has(key);
  }

  /** Attempts that were made at a trial that is still owed; null where it has a result, which is then counted. */
  attemptsAt(key: string): number | null {
    if (!this.#finished.has(key)) return this.#attempts.get(key) ?? 0;
    this.met += 1;
    return null;
  }
}

/** The trial records of a journal, or of a stream that was kept in a file. */
export async function* readTrials(path: string): AsyncGenerator<Trial> {
  for await (const record of readJournal(path)) {
    if (isTrial(record)) yield record;
  }
}

function isTrial(record: AnyRecord): record is AnyRecord & Trial {
  if (record.type !== "trial") return false;
  if (typeof record["key"] === "string" && typeof record["outcome"] === "string") return true;
  throw new MxError("a trial record without `key` or `outcome`", {
    code: "bad_record",
    exitCode: ExitCode.badData,
    hint: "give --resume a run id, or a file that mx-sandbox wrote",
  });
}
