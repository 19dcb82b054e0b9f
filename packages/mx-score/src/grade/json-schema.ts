import { timedOut, withTimeLimit } from "@mx/cli/time-limit";
import { canonicalJson } from "@mx/records";
import type { ValidateFunction } from "ajv";
import { findJson } from "./find-json.ts";
import type { KindGrader, SpecOf } from "./kind-grader.ts";
import { compileSchema } from "./load-ajv.ts";
import { RecentCache } from "./recent-cache.ts";
import { quote, right, unknown, wrong } from "./verdict.ts";

const limitMs = 1000;

interface Compiled {
  validate: ValidateFunction;
  /** True where the schema has regular expressions, which may take for ever. */
  needsClock: boolean;
}

/** By the schema object, for those that come by flag, else by its text. */
const compiled = new WeakMap<object, Compiled>();
const compiledTexts = new RecentCache<Compiled>(200);

function compile({ schema }: SpecOf<"json_schema">): Compiled {
  const known = typeof schema === "object" ? compiled.get(schema) : undefined;
  if (known !== undefined) return known;
  const text = canonicalJson(schema);
  const made = compiledTexts.get(text, () => ({
    validate: compileSchema(schema),
    needsClock: text.includes('"pattern'),
  }));
  if (typeof schema === "object") compiled.set(schema, made);
  return made;
}

function problem(spec: SpecOf<"json_schema">): string | null {
  try {
    compile(spec);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The JSON in the answer (find-json.ts says which) is accepted by a JSON Schema. Call loadAjv() before. */
export const jsonSchemaGrader: KindGrader<"json_schema"> = {
  version: "1",
  readsAnswer: true,
  problem,
  grade(spec, trial) {
    const { validate, needsClock } = compile(spec);
    const text = findJson(trial.output);
    if (text === null) return wrong(`no JSON in the answer: ${quote(trial.output)}`);
    const check = () => validate(JSON.parse(text)) === true;
    try {
      const valid = needsClock ? withTimeLimit(limitMs, check) : check();
      if (valid === timedOut) return unknown(`takes too long to validate: over ${limitMs} ms`);
      if (valid) return right;
    } catch (error) {
      if (error instanceof RangeError) return unknown("nested too deeply to be validated");
      throw error;
    }
    const [first] = validate.errors ?? [];
    return wrong(`at ${quote(first?.instancePath || "/")}: ${first?.message ?? "not accepted"}`);
  },
};
