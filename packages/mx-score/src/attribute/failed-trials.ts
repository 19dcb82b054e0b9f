import { recordText } from "@mx/cli";
import { canonicalJson, sha256, type Trial } from "@mx/records";
import { trialId } from "./trial-id.ts";
import { TrialSpool, type SpoolPlace } from "./trial-spool.ts";

/** A failed trial that was put aside. */
export interface FailedTrial {
  id: string;
  key: string;
  model: string | null;
  variant: string;
  /** True where other records of the same attempt say something else. */
  conflicts: boolean;
  place: SpoolPlace;
  /** Of the record's content. */
  digest: string;
}

/**
 * The failed trials of an input, each once, in an order that the input's does not decide. Of several records of one
 * attempt that differ, the one with the smallest digest stands for all. Content is on disk; what is in memory is some
 * 400 bytes per failed trial.
 */
export class FailedTrials implements AsyncDisposable {
  readonly #spool: TrialSpool;
  readonly #byId = new Map<string, FailedTrial>();

  private constructor(spool: TrialSpool) {
    this.#spool = spool;
  }

  static async open(): Promise<FailedTrials> {
    return new FailedTrials(await TrialSpool.open());
  }

  async add(trial: Trial): Promise<void> {
    const { key, model, variant } = trial;
    const id = trialId(trial);
    // The verdict depends on somebody's threshold, and is no part of the result.
    const digest = contentDigest({ ...trial, passed: null });
    const known = this.#byId.get(id);
    if (known?.digest === digest) return;
    const conflicts = known !== undefined;
    if (known !== undefined && known.digest < digest) {
      known.conflicts = true;
      return;
    }
    const place = await this.#spool.add(recordText(trial));
    this.#byId.set(id, { id, key, model, variant, conflicts, place, digest });
  }

  /** All of them, by key. */
  sorted(): FailedTrial[] {
    return [...this.#byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  async read({ place }: FailedTrial): Promise<Trial> {
    return JSON.parse(await this.#spool.read(place)) as Trial;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#spool[Symbol.asyncDispose]();
  }
}

/** Of content that is nested too deeply to be sorted, the line itself is the content. */
function contentDigest(trial: object): string {
  try {
    return sha256(canonicalJson(trial));
  } catch (error) {
    if (error instanceof RangeError) return sha256(recordText(trial));
    throw error;
  }
}
