import type { Ajv as Ajv7, AnySchema, ValidateFunction } from "ajv";
import type { Ajv2020 } from "ajv/dist/2020.js";

interface Loaded {
  Draft7: typeof Ajv7;
  Draft2020: typeof Ajv2020;
}

let loaded: Loaded | null = null;

/** Loads the validator, which most runs do not need; further calls cost nothing. */
export async function loadAjv(): Promise<void> {
  if (loaded !== null) return;
  const [draft7, draft2020] = await Promise.all([import("ajv"), import("ajv/dist/2020.js")]);
  // Through `default`: a bundle of CommonJS that is loaded lazily has no other export.
  loaded = { Draft7: draft7.default.Ajv, Draft2020: draft2020.default.Ajv2020 };
}

/** True where schemas can be compiled without waiting. */
export function isAjvLoaded(): boolean {
  return loaded !== null;
}

/**
 * A function that validates by a schema: draft 7 where `$schema` says so, else draft 2020-12. Formats and
 * unknown keywords are annotations, as 2020-12 has it. Throws where the schema is none. Call loadAjv() before.
 */
export function compileSchema(schema: AnySchema): ValidateFunction {
  if (loaded === null) throw new Error("compileSchema before loadAjv");
  const draft = typeof schema === "object" ? String(schema["$schema"] ?? "") : "";
  if (typeof schema === "object" && schema["$async"] !== undefined) {
    throw new Error("$async is no keyword of JSON Schema");
  }
  const isDraft7 = /^https?:\/\/json-schema\.org\/draft-07\/schema#?$/.test(draft);
  const Validator = isDraft7 ? loaded.Draft7 : loaded.Draft2020;
  // An instance of its own: two schemas may have the same $id.
  const ajv = new Validator({ strict: false, logger: false, validateFormats: false });
  return ajv.compile(schema);
}
