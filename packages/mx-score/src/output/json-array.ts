import { recordText } from "@mx/cli";
import type { AnyRecord } from "@mx/records";

/** All records, also those that other formats leave out, as one JSON array, a record per line; [] for none. */
export async function* jsonArray(records: AsyncIterable<AnyRecord>): AsyncGenerator<string> {
  let separator = "[\n";
  for await (const record of records) {
    yield separator + recordText(record);
    separator = ",\n";
  }
  yield separator === "[\n" ? "[]\n" : "\n]\n";
}
