import type { Finding, Run, Summary, Trial } from "@mx/records";
import type { Flags } from "./flags.ts";
import { GroupBy } from "./tally/group-by.ts";
import { groupFindings } from "./summary/group-findings.ts";
import { groupTasks } from "./summary/group-tasks.ts";
import type { GroupTally } from "./tally/group-tally.ts";
import { LintTally } from "./lint/lint-tally.ts";
import type { AnyTrajectory } from "./lint/read-steps.ts";
import { mixedTrialLabels } from "./lint/trial-labels.ts";
import { unequalTrials } from "./lint/unequal-trials.ts";
import { RescoreTally } from "./summary/rescore-tally.ts";
import { parseExpected, parseKs } from "./score-settings.ts";
import type { Judgement } from "./score-trial.ts";
import { summarizeGroup } from "./summary/summarize-group.ts";
import { Tally, type PlannedGroup } from "./tally/tally.ts";
import { verdict } from "./summary/verdict.ts";

/** What is seen of a group besides its figures. */
interface Watched {
  lint: LintTally;
  rescored: RescoreTally | null;
}

/** What has been scored so far, and what it comes to. */
export class Scoring {
  readonly #flags: Flags;
  readonly #tally: Tally;
  readonly #ks: number[] | null;
  readonly #watched = new Map<GroupTally, Watched>();

  /** Throws MxError 2 for flags that make no sense. */
  constructor(flags: Flags) {
    this.#flags = flags;
    this.#tally = new Tally(new GroupBy(flags.by));
    this.#ks = parseKs(flags.k);
  }

  addRun(run: Run): void {
    this.#tally.addRun(run);
  }

  /** Counts an attempt, where it has not been counted before. */
  add(trial: Trial, judgement: Judgement, trajectory: AnyTrajectory | null): void {
    const group = this.#tally.addTrial(trial, judgement);
    if (group === null) return;
    const { lint, rescored } = this.#watch(group);
    lint.add(trial, judgement.reward, trajectory);
    rescored?.add(trial, judgement.reward);
  }

  #watch(group: GroupTally): Watched {
    let watched = this.#watched.get(group);
    if (watched === undefined) {
      const rescored = this.#flags.rescore ? new RescoreTally() : null;
      watched = { lint: new LintTally(), rescored };
      this.#watched.set(group, watched);
    }
    return watched;
  }

  /** Findings and summaries of all groups; the exit code. */
  *results(note: (text: string) => void): Generator<Finding | Summary, number> {
    const flags = this.#flags;
    const { duplicates, plan } = this.#tally;
    const expected = parseExpected(flags);
    if (duplicates > 0) note(`${duplicates} attempts were there more than once and count once`);
    if (!plan.isEmpty && !plan.splits && expected === null) {
      note(`what was planned cannot be told apart by ${flags.by}: coverage is over trials seen`);
    }
    const groups = this.#tally.groups();
    for (const field of groups.length > 0 ? Object.keys(groups[0]?.tally.group ?? {}) : []) {
      const isMissing = groups.every(({ tally }) => tally.group[field] === null);
      // A trial without a model is nothing strange.
      if (isMissing && field !== "model") note(`--by: no trial has a field ${field}`);
    }
    const summaries: Summary[] = [];
    const severities: Finding["severity"][] = [];
    for (const planned of groups) {
      const tasks = groupTasks(planned, flags.passThreshold, expected);
      const summary = summarizeGroup(planned.tally, tasks, {
        passThreshold: flags.passThreshold,
        minCoverage: flags.minCoverage,
        ks: this.#ks,
        bootstrap:
          flags.bootstrap === undefined ? null : { seed: flags.seed, rounds: flags.bootstrap },
      });
      const findings = [
        ...groupFindings(summary, planned.tally, tasks.tasks),
        ...(planned.plan === null && expected === null ? labelFindings(planned) : []),
        ...this.#watchedFindings(planned.tally),
      ];
      for (const finding of findings) {
        severities.push(finding.severity);
        yield finding;
      }
      summaries.push(summary);
      yield summary;
    }
    return verdict(summaries, severities, flags, note);
  }

  #watchedFindings(tally: GroupTally): Finding[] {
    const watched = this.#watched.get(tally);
    const group = { ...tally.group };
    const rescored = watched?.rescored?.finding(group) ?? null;
    return [...(watched?.lint.findings(group) ?? []), ...(rescored === null ? [] : [rescored])];
  }
}

/** What trial labels show where nobody says what was planned. */
function labelFindings({ tally }: PlannedGroup): Finding[] {
  const cells = [...tally.cells.values()];
  const found = [
    mixedTrialLabels(labels(), { ...tally.group }),
    unequalTrials(
      cells.map(({ trials }) => trials.attempted),
      { ...tally.group },
    ),
  ];
  return found.filter((finding) => finding !== null);

  function* labels(): Generator<number[]> {
    for (const { trials } of cells) yield trials.labels();
  }
}
