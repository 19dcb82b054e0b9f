import { oneLine, table } from "@mx/cli";
import type { AnyRecord, Endpoint } from "@mx/records";

const header = ["name", "state", "where", "engine", "models", "address"];

/** Endpoints as a table; `none` where there is none. */
export async function* endpointTable(
  records: AsyncIterable<AnyRecord>,
  none: string,
): AsyncGenerator<string> {
  const rows: string[][] = [];
  for await (const record of records) rows.push(row(record as AnyRecord & Endpoint));
  yield rows.length === 0 ? `${none}\n` : await table(header, rows);
}

function row({ name, state, where, engine, models, base_url }: Endpoint): string[] {
  const served = models.length === 0 ? "-" : oneLine(models.join(" "), 60);
  return [name, state, where, engine, served, base_url];
}
