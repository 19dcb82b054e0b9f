import { oneLine, table } from "@mx/cli";
import type { AnyRecord, Resource } from "@mx/records";

const widest = 100;

/** Resources as a table; a reason of several parts has a line for each. */
export function resourceTable(resources: readonly Resource[]): Promise<string> {
  return table(
    ["", "name", "action", "why"],
    resources.map(({ kind, name, action, reason = "" }) => [
      kind,
      name,
      action,
      reason
        .split("; ")
        .map((part) => oneLine(part, widest))
        .join("\n"),
    ]),
  );
}

/** What a terminal shows in place of records. */
export async function* showResources(records: AsyncIterable<AnyRecord>): AsyncGenerator<string> {
  const resources: Resource[] = [];
  for await (const record of records) if (isResource(record)) resources.push(record);
  if (resources.length > 0) yield await resourceTable(resources);
}

function isResource(record: AnyRecord): record is AnyRecord & Resource {
  return record.type === "resource";
}
