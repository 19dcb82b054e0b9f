import type { AnyRecord, Run, ScoredTrial } from "@mx/records";

/** What a reader of results gave. */
export interface Collected {
  runs: Run[];
  trials: ScoredTrial[];
}

/** All records of a reader, by type. */
export async function collect(records: AsyncIterable<AnyRecord>): Promise<Collected> {
  const collected: Collected = { runs: [], trials: [] };
  for await (const record of records) {
    if (record.type === "run") collected.runs.push(record as unknown as Run);
    else if (record.type === "trial") collected.trials.push(record as unknown as ScoredTrial);
    else throw new Error(`a ${record.type} record`);
  }
  return collected;
}
