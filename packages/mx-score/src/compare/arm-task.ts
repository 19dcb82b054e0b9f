import { isResult, type Grader, type Outcome, type Trial } from "@mx/records";
import { formatNames } from "@mx/formats/names";
import { attemptMark } from "../tally/attempt-mark.ts";
import type { Judgement } from "../score-trial.ts";
import { TaskTrials } from "../tally/task-trials.ts";
import { KnownValues } from "./known-values.ts";

const foreign: ReadonlySet<string> = new Set(formatNames.filter((name) => name !== "mx"));

/** Whose results a trial or a run is of: `mx`, or the name of another system. */
export function originOf({ backend }: { backend: string }): string {
  return foreign.has(backend) ? backend : "mx";
}

/** What one arm has of one task. Memory: ten bytes per trial, and each different fingerprint once. */
export class ArmTask {
  readonly trials = new TaskTrials();
  /** Digests of the task's content, after the system that made them. */
  readonly contents = new KnownValues();
  readonly images = new KnownValues();
  /** One value per set of graders that a trial was scored by, after the system that they mean something in. */
  readonly graders = new KnownValues();
  /** How attempts ended that gave no result. Made when there is one. */
  #owed: Set<Outcome> | null = null;

  /** Counts an attempt; false where it was there already. */
  add(trial: Trial, { scores, reward }: Judgement): boolean {
    const { trials } = this;
    const result = isResult(trial.outcome) ? reward : undefined;
    const isNew = trials.add(trial.trial, attemptMark(trial, reward), result);
    if (!isNew) return false;
    const { cluster } = trial;
    if (cluster !== undefined && (trials.cluster === null || cluster < trials.cluster)) {
      trials.cluster = cluster;
    }
    if (!isResult(trial.outcome)) {
      (this.#owed ??= new Set()).add(trial.outcome);
      return true;
    }
    const digest = trial.task_digest;
    this.contents.add(digest === undefined ? null : `${originOf(trial)}:${digest}`);
    this.images.add(trial.image);
    if (reward !== null) this.graders.add(gradersOf(Object.values(scores), originOf(trial)));
    return true;
  }

  /** Why trials have no reward, for a person; empty where all that were attempted have one. */
  reasons(): string[] {
    const { attempted, finished } = this.trials;
    const conflicts = this.trials.conflicts().length;
    const unscored = finished - conflicts - this.trials.rewards().length;
    return [
      ...(attempted > finished ? [...(this.#owed ?? [])].sort() : []),
      ...(conflicts > 0 ? ["conflicting results"] : []),
      ...(unscored > 0 ? ["no reward"] : []),
    ];
  }
}

/**
 * Which graders scored a trial; null where one of them is not known. Other systems do not say the version of their
 * graders: such a one is known by its settings, within its system.
 */
function gradersOf(scores: readonly { grader: Grader }[], origin: string): string | null {
  const graders = scores.map(({ grader }) => grader);
  const isKnown = (grader: Grader) => grader.version !== "unknown";
  if (graders.length === 0) return null;
  if (graders.some((grader) => !isKnown(grader) && grader.digest === undefined)) return null;
  const names = new Set(graders.map(identity));
  return `${graders.every(isKnown) ? "mx" : origin}:${[...names].sort().join(" + ")}`;
}

function identity({ name, version, digest }: Grader): string {
  const settings = digest === undefined ? "" : ` (${digest.slice(0, 12)})`;
  return `${name} ${version}${settings}`;
}
