import type { AnyRecord, Run, Trial } from "@mx/records";
import { ArmTallies, type ArmTally } from "./arm-tally.ts";
import { givenJudgement } from "./given-judgement.ts";
import { RunBook } from "./run-book.ts";

/** The trials of some records by model and variant, and the runs that are among them. */
export async function tallyRecords(
  records: AsyncIterable<AnyRecord>,
): Promise<{ tallies: ArmTally[]; runs: RunBook }> {
  const runs = new RunBook();
  const tallies = new ArmTallies();
  for await (const record of records) {
    if (record.type === "run") runs.add(record as unknown as Run);
    if (record.type !== "trial") continue;
    const trial = record as unknown as Trial;
    tallies.add(trial, givenJudgement(trial));
  }
  return { tallies: tallies.list(), runs };
}
