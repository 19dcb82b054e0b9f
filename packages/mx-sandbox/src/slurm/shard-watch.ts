import { isResult, type AnyRecord, type Trial } from "@mx/records";
import type { Journal } from "@mx/store";
import type { PlannedTrial } from "../plan.ts";
import { JournalTail } from "./journal-tail.ts";
import type { Shard, Wanted } from "./shard.ts";

/** The element that does a shard. */
export interface Launch {
  /** Id of the array. */
  id: string;
  index: number;
}

/** One shard as the submitting side sees it. */
export class ShardWatch {
  readonly shard: Shard;
  readonly #keys: ReadonlySet<string>;
  readonly #owed: Map<string, PlannedTrial>;
  readonly #tail: JournalTail;
  /** Trials that its journal spoke of since its element was submitted. */
  readonly #tried = new Set<string>();
  /**
   * `due`: to be submitted; `unsure`: whether it was is not known yet; `launched`: an element has it; `over`: nothing is
   * done about it any more.
   */
  state: "due" | "unsure" | "launched" | "over" = "due";
  launch: Launch | null = null;
  /** Since when Slurm says that its element has ended; null: it has not. */
  endedAt: number | null = null;
  /** Not to be submitted before, by performance.now(). */
  dueAt = 0;
  /** Elements in a row that ended without any new result. */
  failures = 0;
  /** Results since its element was submitted. */
  gained = 0;

  /** `owed`: trials of the whole run that have no result, by key; those that get one are taken out. */
  constructor(
    shard: Shard,
    keys: ReadonlySet<string>,
    runId: string,
    owed: Map<string, PlannedTrial>,
  ) {
    this.shard = shard;
    this.#keys = keys;
    this.#owed = owed;
    this.#tail = new JournalTail(shard.directory(runId).journalPath);
  }

  /** Its trials that have no result. */
  get owed(): PlannedTrial[] {
    return [...this.#keys].flatMap((key) => this.#owed.get(key) ?? []);
  }

  /** Those of `owed` that its journal has not spoken of since its element was submitted. */
  get untried(): number {
    return this.owed.filter(({ key }) => !this.#tried.has(key)).length;
  }

  /** The keys of `owed`, and how often each was tried. */
  get wanted(): Wanted {
    return new Map(this.owed.map(({ key, attemptsBefore }) => [key, attemptsBefore]));
  }

  /** Has a new element. */
  submitted(launch: Launch): void {
    Object.assign(this, { state: "launched", launch, endedAt: null, gained: 0 });
    this.#tried.clear();
  }

  /**
   * What its journal has that the run's has not; it is in the run's when this resolves. Of two results of one trial,
   * from an element that was thought dead, the first counts.
   */
  async collect(journal: Journal): Promise<(Trial & AnyRecord)[]> {
    const fresh: (Trial & AnyRecord)[] = [];
    for await (const trial of this.#tail.read()) {
      this.#tried.add(trial.key);
      const planned = this.#owed.get(trial.key);
      if (planned === undefined) continue;
      if (isResult(trial.outcome)) {
        this.#owed.delete(trial.key);
        this.gained += 1;
      } else {
        if (trial.attempt < planned.attemptsBefore) continue;
        planned.attemptsBefore = trial.attempt + 1;
      }
      fresh.push(trial);
    }
    await Promise.all(fresh.map((trial) => journal.append(trial)));
    return fresh;
  }
}
