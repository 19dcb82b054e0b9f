import { ExitCode, MxError, type RunContext } from "@mx/cli";
import type { AnyRecord, Comparison } from "@mx/records";
import { holm } from "@mx/stats";
import { compareTwo, type CompareOptions } from "./compare-two.ts";
import { comparisonFindings } from "./comparison-findings.ts";
import type { CompareFlags } from "./flags.ts";
import type { AskedGate } from "./gate.ts";
import { notComparable } from "./not-comparable.ts";
import type { ResultReader } from "./path-records.ts";
import { readArms } from "./read-arms.ts";

/** What the comparison needs of its surroundings. */
export type CompareContext = Pick<RunContext, "note" | "positionals">;

/**
 * Compares the first arm with each of the others: findings, then one `comparison` each, with p-values by Holm over
 * all of them. Ends with 75 where too little is scored for a verdict, else with 1 where a gate has failed. Throws
 * MxError 65 where arms are not comparable.
 */
export async function* compareArms(
  stdin: AsyncIterable<AnyRecord>,
  flags: CompareFlags,
  context: CompareContext,
  readResults: ResultReader,
): AsyncGenerator<AnyRecord, number> {
  const names = context.positionals;
  checkNames(names);
  const options: CompareOptions = {
    test: flags.test,
    seed: flags.seed,
    level: flags.level,
    passThreshold: flags.passThreshold ?? null,
    minCoverage: flags.minCoverage,
    force: flags.force,
    gate: askedGate(flags),
    comparisons: names.length - 1,
  };
  let badRecords = 0;
  const armOptions = {
    by: flags.by ?? null,
    format: flags.from ?? null,
    onBadRecord: flags.onBadRecord === "skip" ? () => (badRecords += 1) : null,
  };
  const [base, ...others] = await readArms(names, armOptions, { stdin, context, readResults });
  if (base === undefined) throw new RangeError("no arms");
  if (badRecords > 0) context.note(`${badRecords} rows could not be read and are left out`);
  const all = others.map((other) => compareTwo(base, other, options));
  for (const { comparison, comparability } of all) {
    if (comparability.differences.length === 0 || flags.force) continue;
    throw notComparable(comparison, comparability);
  }
  const adjusted = holm(all.map(({ comparison }) => comparison.p_value));
  for (const [index, compared] of all.entries()) {
    compared.comparison.p_adjusted = adjusted[index] ?? null;
    yield* comparisonFindings(compared);
  }
  for (const { comparison } of all) yield comparison;
  const short = all.flatMap(({ tooLittle }) => tooLittle);
  for (const text of new Set(short)) context.note(`${text}, too few for a verdict`);
  if (short.length > 0) return ExitCode.incomplete;
  return gateCode(
    all.map(({ comparison }) => comparison),
    context,
  );
}

function checkNames(names: readonly string[]): void {
  const usage = (message: string, hint: string) =>
    new MxError(message, { code: "usage", exitCode: ExitCode.usage, hint });
  if (names.length < 2) {
    throw usage("two arms are needed to compare", "mx-score compare A.ndjson B.ndjson");
  }
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw usage(`${twice} is there twice`, "compare it with another arm");
}

function askedGate({ failIfWorse, margin, nonInferior }: CompareFlags): AskedGate {
  if (margin > 0 && !failIfWorse) {
    throw new MxError("--margin belongs to --fail-if-worse", {
      code: "usage",
      exitCode: ExitCode.usage,
      hint: "the margin of the other gate is its value: --non-inferior 0.02",
    });
  }
  if (failIfWorse && nonInferior !== undefined) {
    throw new MxError(
      "--fail-if-worse and --non-inferior are two gates, of which there can be one",
      {
        code: "usage",
        exitCode: ExitCode.usage,
      },
    );
  }
  if (nonInferior !== undefined) return { kind: "non-inferior", margin: nonInferior };
  return failIfWorse ? { kind: "fail-if-worse", margin } : null;
}

function gateCode(comparisons: readonly Comparison[], { note }: CompareContext): number {
  const failed = comparisons.filter(({ gate }) => gate?.passed === false);
  for (const { a, b, gate, interval } of failed) {
    const { low, high } = interval;
    note(
      `${b.name} against ${a.name}: the gate ${gate?.kind ?? ""} with margin ${gate?.margin ?? 0} has failed, ` +
        `the difference lies between ${low?.toFixed(4)} and ${high?.toFixed(4)}`,
    );
  }
  if (failed.length > 0) return ExitCode.gateFailed;
  const open = comparisons.filter(({ gate }) => gate !== null && gate.passed === null);
  for (const { a, b } of open) note(`${b.name} against ${a.name}: too few tasks for a verdict`);
  return open.length > 0 ? ExitCode.incomplete : ExitCode.ok;
}
