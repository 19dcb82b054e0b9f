import { Semaphore } from "@mx/cli";
import type { GraderSpec, Score, Trial } from "@mx/records";
import { isCut, mayBeCut, withWholeAnswer, type ReadWhole } from "./answer-text.ts";
import { builtIn } from "./built-in.ts";
import { checkGraders, noJudge, refusedCommand } from "./check-graders.ts";
import { commandEnv } from "./command-env.ts";
import { gradeByCommand } from "./command.ts";
import { graderIdentity } from "./grader-identity.ts";
import { graderNames } from "./grader-names.ts";
import { judgeBuiltIn } from "./judge-built-in.ts";
import type { SpecOf } from "./kind-grader.ts";
import { isAjvLoaded, loadAjv } from "./load-ajv.ts";
import type { Verdict } from "./verdict.ts";

/** Asks a model for a score. Its weight is left to the caller. */
export type JudgeGrade = (spec: SpecOf<"judge">, trial: Trial) => Promise<Score>;

/** What graders work with. */
export interface GraderOptions {
  /** The environment of mx-score; commands get a part of it. */
  env: NodeJS.ProcessEnv;
  /** Commands that run at a time. */
  parallel: number;
  /** Ends commands that run; `grade` then rejects with the signal's reason. */
  signal: AbortSignal;
  /**
   * Whether `command` graders that trials bring along are run. They run unisolated on this machine, so that whoever
   * wrote the records decides what runs here. Those that are given by flag always are.
   */
  runRecordCommands: boolean;
  /** Applies graders of kind `judge`; without it they are an error. */
  judge?: JudgeGrade | undefined;
  /** Reads answers that the record has only the beginning of; without it they cannot be judged. */
  readWhole?: ReadWhole | undefined;
}

/** The graders of a run: those that were given by flag, else those that each trial brings along. */
export class GraderSet {
  readonly #given: readonly GraderSpec[] | null;
  readonly #options: GraderOptions;
  readonly #commands: Semaphore;
  readonly #env: Record<string, string>;

  private constructor(given: readonly GraderSpec[] | null, options: GraderOptions) {
    this.#given = given;
    this.#options = options;
    this.#commands = new Semaphore(options.parallel);
    this.#env = commandEnv(options.env);
  }

  /**
   * Checks the graders that were given, before anything is graded; null or none: each trial's own. Throws MxError 2
   * `bad_grader` for one that cannot be applied.
   */
  static async open(
    given: readonly GraderSpec[] | null,
    options: GraderOptions,
  ): Promise<GraderSet> {
    const specs = given === null || given.length === 0 ? null : given;
    if (specs?.some(({ kind }) => kind === "json_schema") === true) await loadAjv();
    if (specs !== null) checkGraders(specs, options.judge !== undefined);
    return new GraderSet(specs, options);
  }

  /** The graders that apply to a trial. */
  specsFor(trial: Trial): readonly GraderSpec[] {
    return this.#given ?? trial.graders ?? [];
  }

  /** True where `gradeNow` can be used: nothing has to be waited for. */
  isImmediate(trial: Trial): boolean {
    const specs = this.specsFor(trial);
    let readsAnswer = false;
    for (const spec of specs) {
      const grader = builtIn(spec);
      if (grader === null || (spec.kind === "json_schema" && !isAjvLoaded())) return false;
      readsAnswer ||= grader.readsAnswer;
    }
    return !readsAnswer || this.#options.readWhole === undefined || !mayBeCut(trial);
  }

  /** The scores of a trial for which `isImmediate` is true, by name, in the order of the graders. */
  gradeNow(trial: Trial): Record<string, Score> {
    const specs = this.specsFor(trial);
    const whole = isCut(trial) ? null : trial;
    const scores = specs.map((spec) => scoreOf(spec, judgeBuiltIn(spec, trial, whole)));
    return named(specs, scores);
  }

  /**
   * The scores of a trial, by name, in the order of the graders. Throws MxError 2 for a judge without a model to ask
   * and for a command that is not allowed; rejects with the signal's reason once it has aborted.
   */
  async grade(trial: Trial): Promise<Record<string, Score>> {
    if (this.isImmediate(trial)) return this.gradeNow(trial);
    const specs = this.specsFor(trial);
    if (specs.some(({ kind }) => kind === "json_schema")) await loadAjv();
    const whole = await withWholeAnswer(trial, this.#options.readWhole);
    const scores = await Promise.all(specs.map((spec) => this.#score(spec, trial, whole)));
    return named(specs, scores);
  }

  async #score(spec: GraderSpec, trial: Trial, whole: Trial | null): Promise<Score> {
    const { judge, signal, runRecordCommands } = this.#options;
    if (spec.kind === "judge") {
      if (judge === undefined) throw noJudge(spec);
      return withWeight(spec, await judge(spec, whole ?? trial));
    }
    if (spec.kind !== "command") return scoreOf(spec, judgeBuiltIn(spec, trial, whole));
    if (this.#given === null && !runRecordCommands) throw refusedCommand(spec, trial);
    // Before it runs: a program that changes its own file is still the one that was asked for.
    const grader = graderIdentity(spec);
    const run = () => gradeByCommand(spec, trial, { env: this.#env, signal });
    return withWeight(spec, { ...(await this.#commands.run(run)), grader });
  }
}

function scoreOf(spec: GraderSpec, verdict: Verdict): Score {
  return withWeight(spec, { ...verdict, grader: graderIdentity(spec) });
}

function withWeight({ weight = 1 }: GraderSpec, score: Score): Score {
  return weight === 1 ? score : { ...score, weight };
}

function named(specs: readonly GraderSpec[], scores: readonly Score[]): Record<string, Score> {
  const [only] = specs;
  // By far the most trials have one grader.
  const names =
    specs.length === 1 && only !== undefined ? [only.name ?? only.kind] : graderNames(specs);
  return Object.fromEntries(scores.map((score, index) => [names[index] ?? "", score]));
}
