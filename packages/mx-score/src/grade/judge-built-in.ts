import type { GraderSpec, Trial } from "@mx/records";
import { builtIn } from "./built-in.ts";
import { graderIdentity } from "./grader-identity.ts";
import { RecentCache } from "./recent-cache.ts";
import { unknown, type Verdict } from "./verdict.ts";

/** What is wrong with settings, by their digest: the same ones come with every trial of a task. */
const problems = new RecentCache<{ problem: string | null }>(1000);

/**
 * What a built-in grader says of a trial. Never throws: settings that cannot be applied, an answer that is not all there
 * (`whole` is null then) and one that is too large for its grader are unknown. Of a cut answer, what its beginning
 * contains counts.
 */
export function judgeBuiltIn(spec: GraderSpec, trial: Trial, whole: Trial | null): Verdict {
  const grader = builtIn(spec);
  if (grader === null) return unknown(`a ${spec.kind} grader has to be waited for`);
  try {
    const { problem } = problems.get(graderIdentity(spec).digest ?? "", () => ({
      problem: grader.problem?.(spec) ?? null,
    }));
    if (problem !== null) return unknown(`the grader cannot be applied: ${problem}`);
    if (!grader.readsAnswer) return grader.grade(spec, trial);
    if (whole !== null) return grader.grade(spec, whole);
    const verdict = spec.kind === "contains" ? grader.grade(spec, trial) : null;
    if (verdict?.value === 1) return verdict;
    const there = Buffer.byteLength(trial.output);
    return unknown(
      `the answer has ${trial.output_bytes} bytes, of which only ${there} can be read`,
    );
  } catch (error) {
    // A regular expression or a nesting that V8's stack cannot hold.
    if (error instanceof RangeError) return unknown(`too large to be graded: ${error.message}`);
    throw error;
  }
}
