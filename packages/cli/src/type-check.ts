import type { QuickCheck, RecordName } from "@mx/records";
import type * as z from "zod";

/** How records of one type are checked: quickly where that is enough, and by their schema where it is not. */
export interface TypeCheck {
  name: RecordName;
  quick?: QuickCheck;
  /** Absent until a record comes that `quick` does not accept. */
  schema?: z.ZodType;
}

/** Thrown where a record has to be checked by a schema that is not loaded yet: load it, and try again. */
export class SchemaNeeded extends Error {}

/** Where several kinds of record share a `type`: the name of the kind, and that of the plain one. */
const typeOf: Partial<Record<RecordName, RecordName>> = { "scored-trial": "trial" };

/** One kind per `type`: with the plain kind among them, a record need not be of the stricter one. */
export function typesByName(names: readonly RecordName[]): RecordName[] {
  return names.filter((name) => {
    const plain = typeOf[name];
    return plain === undefined || !names.includes(plain);
  });
}

/** The checks of some record types, by the `type` of their records, which is not always their name. */
export class KnownTypes {
  readonly #checks = new Map<string, TypeCheck>();

  constructor(checks: readonly TypeCheck[]) {
    for (const check of checks) this.#checks.set(typeOf[check.name] ?? check.name, check);
  }

  get(type: string): TypeCheck | undefined {
    return this.#checks.get(type);
  }

  /** Loads the schemas that are not there yet. */
  async loadSchemas(): Promise<void> {
    // Not by way of the index, which every program imports something from: all of it would be in every program.
    const { recordTypes } = await import("@mx/records/record-types");
    for (const check of this.#checks.values()) check.schema ??= recordTypes[check.name];
  }
}
