import type { RecordName } from "@mx/records";
import { quickChecks } from "@mx/records/quick-checks";
import { KnownTypes, typesByName, type TypeCheck } from "./type-check.ts";

/**
 * Checks of some record types that load no schema before a record needs it: making them takes longer than the rest
 * of a start.
 */
export async function quickTypes(names: readonly RecordName[] = []): Promise<KnownTypes> {
  const checks = typesByName(names).map(async (name): Promise<TypeCheck> => {
    return name === "task" ? { name } : { name, quick: await quickChecks[name]() };
  });
  return new KnownTypes(await Promise.all(checks));
}
