import type { GraderKind, GraderSpec } from "@mx/records";
import { agentExitGrader } from "./agent-exit.ts";
import { answerGrader } from "./answer.ts";
import { choiceGrader } from "./choice.ts";
import { containsGrader } from "./contains.ts";
import { equalsGrader } from "./equals.ts";
import { jsonEqualsGrader } from "./json-equals.ts";
import { jsonSchemaGrader } from "./json-schema.ts";
import type { KindGrader } from "./kind-grader.ts";
import { numericGrader } from "./numeric.ts";
import { regexGrader } from "./regex.ts";

/** Kinds that are judged by the record alone, without another program or a model. */
export type BuiltInKind = Exclude<GraderKind, "command" | "judge">;

const graders: { [K in BuiltInKind]: KindGrader<K> } = {
  equals: equalsGrader,
  contains: containsGrader,
  regex: regexGrader,
  json_equals: jsonEqualsGrader,
  json_schema: jsonSchemaGrader,
  numeric: numericGrader,
  choice: choiceGrader,
  answer: answerGrader,
  agent_exit: agentExitGrader,
};

/** The grader of a spec's kind; null for those that need another program or a model. */
export function builtIn(spec: GraderSpec): KindGrader<GraderKind> | null {
  if (spec.kind === "command" || spec.kind === "judge") return null;
  // The table says that each takes the settings of its own kind.
  return graders[spec.kind] as unknown as KindGrader<GraderKind>;
}
