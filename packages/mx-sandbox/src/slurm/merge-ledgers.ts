import { recordText } from "@mx/cli";
import { sha256 } from "@mx/records";
import { SeenSet } from "@mx/stats";
import { readJournal, UniqueLog, type RunDirectory } from "@mx/store";
import { Shard } from "./shard.ts";

/** Puts the model calls of all elements into the run's requests.ndjson, each once, however often this is done. */
export async function mergeLedgers(directory: RunDirectory): Promise<void> {
  const seen = new SeenSet();
  const log = new UniqueLog(directory.requestsPath, (line) => seen.add(sha256(line)));
  for (const shard of await Shard.all(directory.path)) {
    const { requestsPath } = shard.directory(directory.runId);
    for await (const record of readJournal(requestsPath)) await log.add(recordText(record));
  }
  await log.close();
}
