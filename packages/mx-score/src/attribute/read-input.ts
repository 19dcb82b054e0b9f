import type { RunContext } from "@mx/cli";
import { isResult, type AnyRecord, type Attribution, type ScoredTrial } from "@mx/records";
import type { FailedTrials } from "./failed-trials.ts";
import { ownCodes, type FaultShares } from "./fault-shares.ts";
import type { Flags } from "./flags.ts";
import { inputRecords } from "../input-records.ts";

/** Where the parts of the input go. */
export interface InputParts {
  failed: FailedTrials;
  shares: FaultShares;
  /** Attributions that are there already. */
  given: Attribution[];
}

/** Sorts the input into its parts, and yields what is not for us. Our own findings are made anew. */
export async function* readInput(
  records: AsyncIterable<AnyRecord>,
  { failed, shares, given }: InputParts,
  flags: Flags,
  context: Pick<RunContext, "positionals" | "note">,
): AsyncGenerator<AnyRecord> {
  for await (const record of inputRecords(records, flags, context)) {
    if (isTrial(record)) {
      shares.addTrial(record);
      if (hasFailed(record, flags.passThreshold)) await failed.add(record);
    } else if (isAttribution(record)) given.push(record);
    else if (record.type !== "finding" || !ownCodes.has(record["code"])) yield record;
  }
}

/** True for a result that was scored, below the threshold. What is no result is nobody's fault. */
function hasFailed({ outcome, reward }: Partial<ScoredTrial>, threshold: number): boolean {
  return outcome !== undefined && isResult(outcome) && reward != null && reward < threshold;
}

// The frame has checked both against their schemas; a trial need not be scored.
function isTrial(record: AnyRecord): record is AnyRecord & ScoredTrial {
  return record.type === "trial";
}

export function isAttribution(record: AnyRecord): record is AnyRecord & Attribution {
  return record.type === "attribution";
}
