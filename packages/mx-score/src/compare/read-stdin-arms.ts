import { ExitCode, MxError } from "@mx/cli";
import type { AnyRecord, Run, Trial } from "@mx/records";
import { GroupBy } from "../tally/group-by.ts";
import { makeArm, type Arm } from "./arm.ts";
import { ArmTallies, type ArmTally } from "./arm-tally.ts";
import { givenJudgement } from "./given-judgement.ts";
import { onlyArm } from "./only-arm.ts";
import { RunBook } from "./run-book.ts";

/** All of stdin as one arm. */
export const stdinName = "-";

/** How arms on stdin are found. */
export interface StdinOptions {
  /** Field that they are named by; null: the variant, or else the model. */
  by: string | null;
}

/** The arms on stdin that have these names, by name; one without a trial has no tally. */
export async function readStdinArms(
  names: readonly string[],
  stdin: AsyncIterable<AnyRecord>,
  { by }: StdinOptions,
): Promise<Map<string, Arm>> {
  const wanted = new Set(names);
  const runs = new RunBook();
  const named = by === null ? null : new GroupBy(by);
  if (named !== null && named.fields.length !== 1) {
    throw new MxError(`--by: ${JSON.stringify(by)} is not one field`, {
      code: "usage",
      exitCode: ExitCode.usage,
    });
  }
  const found = {
    all: new ArmTallies(),
    named: new Map<string, ArmTallies>(),
    variant: new Map<string, ArmTallies>(),
    model: new Map<string, ArmTallies>(),
  };
  for await (const record of stdin) {
    if (record.type === "run") runs.add(record as unknown as Run);
    if (record.type !== "trial") continue;
    const trial = record as unknown as Trial;
    const judgement = givenJudgement(trial);
    const addTo = (arms: Map<string, ArmTallies>, name: string | null) => {
      if (name === null || !wanted.has(name)) return;
      let tallies = arms.get(name);
      if (tallies === undefined) arms.set(name, (tallies = new ArmTallies()));
      tallies.add(trial, judgement);
    };
    if (wanted.has(stdinName)) found.all.add(trial, judgement);
    if (named !== null) {
      addTo(found.named, named.group(trial)[named.fields[0] ?? ""] ?? null);
      continue;
    }
    addTo(found.variant, trial.variant);
    addTo(found.model, trial.model);
  }
  return new Map(names.map((name) => [name, stdinArm(name)]));

  function stdinArm(name: string): Arm {
    const groups =
      name === stdinName
        ? found.all
        : (found.named.get(name) ?? found.variant.get(name) ?? found.model.get(name));
    const hint =
      "say what else is the same, such as: jq 'select(.model == \"M\")' | mx-score compare";
    const tally = onlyArm(name, groups?.list() ?? [], hint);
    const plan = runs.plan((run) => isOf(run, name, tally));
    return makeArm(name, tally, plan, runs);
  }

  /** True where a run was to make trials of an arm. */
  function isOf(run: Run, name: string, tally: ArmTally | null): boolean {
    if (name === stdinName) return true;
    if (by !== null && by !== "variant" && by !== "model") {
      return tally?.runIds.has(run.run_id) === true || (by === "run_id" && run.run_id === name);
    }
    if (tally !== null) {
      return run.models.includes(tally.model) && run.variants.includes(tally.variant);
    }
    return run.variants.includes(name) || run.models.includes(name);
  }
}
