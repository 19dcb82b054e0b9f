import { recordTypes, type RecordName } from "@mx/records";
import { KnownTypes, typesByName } from "./type-check.ts";

/** The schemas of some record types, for readRecords and parseRecord. */
export function knownTypes(names: readonly RecordName[]): KnownTypes {
  return new KnownTypes(typesByName(names).map((name) => ({ name, schema: recordTypes[name] })));
}
