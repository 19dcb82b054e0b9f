import type { Score, Trial } from "@mx/records";
import { mean } from "@mx/stats";
import type { Answer, Judge } from "./judge.ts";
import { judgeIdentity } from "./judge-identity.ts";
import { rubricQuestion, type JudgeSpec, type Verdict } from "./rubric-question.ts";
import { trialEvidence } from "./trial-evidence.ts";

const maxExplanation = 4_000;

/**
 * A judge's score of a trial: the mean of the votes that can be read, null where fewer than half can. Its explanation
 * is that of the vote nearest to the mean; of a null score it begins with `unreadable:` where a reply could not be
 * read, and with `not judged:` where none came. Its weight is the caller's.
 */
export async function judgeTrial(
  judge: Judge,
  spec: JudgeSpec,
  trial: Trial,
  { home, temperature }: { home: string; temperature: number | undefined },
): Promise<Score> {
  const evidence = await trialEvidence(trial, home);
  const question = rubricQuestion(spec, spec.target ?? trial.target, evidence);
  const count = spec.votes ?? 1;
  const answers = await Promise.all(
    Array.from({ length: count }, (_, vote) => judge.ask(question, vote)),
  );
  const votes = answers.map(({ value }) => value?.score ?? null);
  const readable = votes.filter((vote) => vote !== null);
  const value = readable.length * 2 < count ? null : mean(readable);
  const explanation = value === null ? problemOf(answers) : reasonsOf(answers, value);
  return {
    value,
    ...(explanation !== "" && { explanation: explanation.slice(0, maxExplanation).toWellFormed() }),
    grader: judgeIdentity(spec, temperature),
    votes,
    cost_usd: costOf(answers),
  };
}

function problemOf(answers: readonly Answer<Verdict>[]): string {
  const problems = answers.flatMap(({ problem }) => problem ?? []);
  return problems.find((problem) => problem.startsWith("unreadable:")) ?? problems[0] ?? "";
}

function reasonsOf(answers: readonly Answer<Verdict>[], value: number): string {
  let nearest: Verdict | null = null;
  for (const { value: verdict } of answers) {
    if (verdict === null) continue;
    const distance = (of: Verdict) => Math.abs(of.score - value);
    if (nearest === null || distance(verdict) < distance(nearest)) nearest = verdict;
  }
  return nearest?.explanation ?? "";
}

function costOf(answers: readonly Answer<Verdict>[]): number | null {
  const costs = answers.map(({ costUsd }) => costUsd);
  return costs.every((cost) => cost !== null) ? costs.reduce((sum, cost) => sum + cost, 0) : null;
}
