import type { RunContext } from "@mx/cli";
import type { AnyRecord } from "@mx/records";
import { makeArm, type Arm } from "./arm.ts";
import { isPath } from "./is-path.ts";
import { onlyArm } from "./only-arm.ts";
import { pathRecords, type PathOptions, type ResultReader } from "./path-records.ts";
import { readStdinArms, stdinName, type StdinOptions } from "./read-stdin-arms.ts";
import { tallyRecords } from "./tally-records.ts";

/** Where arms come from. */
export interface ArmSources {
  stdin: AsyncIterable<AnyRecord>;
  context: Pick<RunContext, "note">;
  readResults: ResultReader;
}

/**
 * The arms in the order of their names. A name is a path, else `-` for stdin as a whole, else an arm on stdin,
 * which is not touched where all names are paths. Throws MxError 2 where an arm mixes models or variants.
 */
export async function readArms(
  names: readonly string[],
  options: PathOptions & StdinOptions,
  { stdin, context, readResults }: ArmSources,
): Promise<Arm[]> {
  const onStdin: string[] = [];
  for (const name of names) {
    if (name === stdinName || !(await isPath(name))) onStdin.push(name);
  }
  const fromStdin =
    onStdin.length === 0 ? new Map<string, Arm>() : await readStdinArms(onStdin, stdin, options);
  const arms: Arm[] = [];
  for (const name of names) {
    const arm = fromStdin.get(name) ?? (await readPathArm(name, options, readResults));
    const duplicates = arm.tally?.duplicates ?? 0;
    if (duplicates > 0) {
      context.note(`${name}: ${duplicates} attempts were there more than once and count once`);
    }
    arms.push(arm);
  }
  return arms;
}

async function readPathArm(
  name: string,
  options: PathOptions & StdinOptions,
  readResults: ResultReader,
): Promise<Arm> {
  const records = pathRecords(name, options, readResults);
  const { tallies, runs } = await tallyRecords(records);
  const tally = onlyArm(name, tallies, `cat ${name} | mx-score compare A B`);
  const plan = runs.plan(() => true);
  return makeArm(name, tally, plan, runs);
}
