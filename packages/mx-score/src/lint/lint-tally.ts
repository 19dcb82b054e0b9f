import type { Finding, Trial } from "@mx/records";
import { isResult } from "@mx/records/outcome";
import { findingRules } from "./finding-rules.ts";
import { HitTally } from "./hit-tally.ts";
import type { HitCode } from "./hit.ts";
import { inspectTrial } from "./lint-trial.ts";
import type { AnyTrajectory } from "./read-steps.ts";

/**
 * What makes the scores of one group suspect.
 *
 * Order does not matter. Add each attempt once: what comes twice would count twice. Memory: per kind of
 * finding a count, ten keys and six details, however many trials there are.
 */
export class LintTally {
  readonly #hits = new Map<HitCode, HitTally>();
  /** Trials without a tool call of which nothing says whether the agent had tools: other trials may. */
  readonly #toolless = new HitTally();
  readonly #totals = { attempts: 0, results: 0, trajectories: 0 };
  #toolsCalled = false;

  /** Looks at an attempt and its reward. `trajectory` null: there is none, or it is not to be looked at. */
  add(trial: Trial, reward: number | null, trajectory: AnyTrajectory | null): void {
    const { hits, tools } = inspectTrial(trial, reward, trajectory);
    this.#totals.attempts += 1;
    if (isResult(trial.outcome)) this.#totals.results += 1;
    if (tools !== null) this.#totals.trajectories += 1;
    if (tools === "called") this.#toolsCalled = true;
    if (tools === "unknown") this.#toolless.add(trial.key, {});
    for (const hit of hits) this.#tally(hit.code).add(trial.key, hit);
  }

  /** One finding per kind, by code; none where nothing is suspect. */
  findings(group?: Finding["group"]): Finding[] {
    const findings: Finding[] = [];
    for (const [code, rule] of Object.entries(findingRules) as [
      HitCode,
      (typeof findingRules)[HitCode],
    ][]) {
      const tally = code === "no_tool_calls" ? this.#withoutTools() : this.#hits.get(code);
      const finding = tally?.finding(code, rule, this.#totals[rule.of], group);
      if (finding != null) findings.push(finding);
    }
    return findings.sort((a, b) => (a.code < b.code ? -1 : 1));
  }

  /** Where one trial of the group calls tools, all of them could have. */
  #withoutTools(): HitTally {
    const all = new HitTally();
    const offered = this.#hits.get("no_tool_calls");
    if (offered !== undefined) all.addAll(offered);
    if (this.#toolsCalled) all.addAll(this.#toolless);
    return all;
  }

  #tally(code: HitCode): HitTally {
    let tally = this.#hits.get(code);
    if (tally === undefined) {
      tally = new HitTally();
      this.#hits.set(code, tally);
    }
    return tally;
  }
}
