import { ExitCode, MxError, type RunContext } from "@mx/cli";
import type { AnyRecord } from "@mx/records";
import type { ArmTally } from "../compare/arm-tally.ts";
import { isPath } from "../compare/is-path.ts";
import { onlyArm } from "../compare/only-arm.ts";
import { pathRecords, type ResultReader } from "../compare/path-records.ts";
import { tallyRecords } from "../compare/tally-records.ts";
import type { PlanFlags } from "./flags.ts";
import { spreadOfMean } from "./spread-of-mean.ts";
import { spreadOfResults } from "./spread-of-results.ts";
import type { KnownSpread } from "./spread-source.ts";

/** Where results come from. */
export interface PlanSources {
  stdin: AsyncIterable<AnyRecord>;
  context: Pick<RunContext, "note" | "positionals">;
  readResults: ResultReader;
}

/**
 * How rewards vary: by --mean, else by --omega and --sigma, else from results, with --omega or --sigma in the place
 * of what they say. stdin is read where nothing else is given.
 */
export async function findSpread(flags: PlanFlags, sources: PlanSources): Promise<KnownSpread> {
  const { omega, sigma, mean } = flags;
  const { positionals } = sources.context;
  if (mean !== undefined && positionals.length > 0) {
    throw usage("--mean is for want of results, and there are some", "leave one of the two out");
  }
  if (mean !== undefined) return spreadOfMean(mean, { omega, sigma });
  if (positionals.length === 0 && omega !== undefined && sigma !== undefined) {
    const source = "--omega and --sigma";
    return { omega, sigmaA: sigma, sigmaB: sigma, source, tasks: null, clustered: false };
  }
  const arms = await readResultArms(flags, sources);
  const { passThreshold } = flags;
  const valueOf = (reward: number) =>
    passThreshold === undefined ? reward : reward >= passThreshold ? 1 : 0;
  const found = spreadOfResults(arms, valueOf);
  const replaced = [
    ...(omega === undefined ? [] : ["--omega"]),
    ...(sigma === undefined ? [] : ["--sigma"]),
  ];
  if (replaced.length === 0) return found;
  return {
    ...found,
    omega: omega ?? found.omega,
    sigmaA: sigma ?? found.sigmaA,
    sigmaB: sigma ?? found.sigmaB,
    source: `${replaced.join(" and ")}, else ${found.source}`,
  };
}

interface NamedTally {
  name: string;
  tally: ArmTally;
}

/** One arm or two: a path or stdin may hold both, two paths hold one each. */
async function readResultArms(flags: PlanFlags, sources: PlanSources): Promise<NamedTally[]> {
  const { context, stdin, readResults } = sources;
  const paths = context.positionals;
  if (paths.length > 2) throw usage("a plan is made from one arm or two", "mx-score plan A B");
  let badRecords = 0;
  const options = {
    format: flags.from ?? null,
    onBadRecord: flags.onBadRecord === "skip" ? () => (badRecords += 1) : null,
  };
  const found: NamedTally[] = [];
  for (const path of paths.length === 0 ? ["-"] : paths) {
    const isStdin = path === "-";
    if (!isStdin && !(await isPath(path))) {
      throw usage(`${path}: no such file or folder`, "results of earlier runs, or - for stdin");
    }
    const records = isStdin ? stdin : pathRecords(path, options, readResults);
    const { tallies } = await tallyRecords(records);
    if (paths.length < 2) {
      for (const tally of tallies) found.push({ name: armName(tally, tallies), tally });
      continue;
    }
    const tally = onlyArm(path, tallies, "take one path that holds both arms, or two of one each");
    if (tally !== null) found.push({ name: path, tally });
  }
  if (badRecords > 0) context.note(`${badRecords} rows could not be read and are left out`);
  if (found.length === 0) {
    throw usage("nothing says how results vary", "give results, or --omega and --sigma, or --mean");
  }
  if (found.length > 2) {
    const names = found.map(({ name }) => name).join(", ");
    throw usage(`a plan is made from one arm or two, not from ${names}`, "pick two with jq");
  }
  return found;
}

/** What sets an arm apart. */
function armName({ model, variant }: ArmTally, all: readonly ArmTally[]): string {
  const sameModel = all.every((other) => other.model === model);
  const sameVariant = all.every((other) => other.variant === variant);
  if (sameModel) return variant;
  return sameVariant ? (model ?? "no model") : `${model ?? "no model"}/${variant}`;
}

function usage(message: string, hint: string): MxError {
  return new MxError(message, { code: "usage", exitCode: ExitCode.usage, hint });
}
