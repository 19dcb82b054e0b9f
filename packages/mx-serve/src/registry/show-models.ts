import { oneLine, table, type RunContext } from "@mx/cli";
import type { AnyRecord, Server } from "@mx/records";
import { listedKeys } from "./listed-keys.ts";
import { readRegistry } from "./read-registry.ts";

/** The registry as a table; records come in the order of its keys. */
export async function* showModels(
  records: AsyncIterable<AnyRecord>,
  given: { models?: string | undefined },
  { env }: Pick<RunContext, "env">,
): AsyncGenerator<string> {
  const registry = await readRegistry({ env, userModels: given.models });
  const keys = listedKeys(registry);
  const rows: string[][] = [];
  for await (const record of records) {
    if (record.type === "server") rows.push(row(keys[rows.length] ?? "", record as Server));
  }
  yield await table(["key", "model", "engine", "cards", "$/h", "fits"], rows);
  const presets = [...registry.presets].filter(([key]) => !keys.includes(key));
  if (presets.length === 0) return;
  yield "\n";
  yield await table(
    ["preset", "for"],
    presets.map(([key, { description }]) => [oneLine(key), oneLine(description ?? "")]),
  );
}

function row(key: string, server: Server): string[] {
  const { gpu, fit, price_usd_per_hour: price } = server;
  return [
    oneLine(key),
    oneLine(server.model ?? ""),
    server.engine,
    gpu === null ? "none" : `${gpu.type}:${gpu.count}`,
    price === null ? "-" : price.toFixed(2),
    verdict(fit?.fits ?? null),
  ];
}

function verdict(fits: boolean | null): string {
  return fits === null ? "?" : fits ? "yes" : "NO";
}
