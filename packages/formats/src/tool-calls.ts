import type { TrajectoryStep } from "@mx/records";
import { listOf, objectOf, textOf, type JsonObject } from "./json-value.ts";
import { deepest, isDeeperThan } from "./nesting.ts";

type ToolCall = NonNullable<TrajectoryStep["tool_calls"]>[number];

/** A call of one step, and the id that its result names in the file. */
export interface GivenCall {
  call: ToolCall;
  /** Null where the file gives it none. */
  givenId: string | null;
}

/**
 * The calls of an assistant message: OpenAI's (`function: {name, arguments}`), the flat ones of tau2 and verifiers
 * (`name`, `arguments`), and the single `function_call` of old. Ids are made where there are none, and made unique
 * within the step.
 */
export function toolCalls(message: JsonObject, stepId: number): GivenCall[] {
  const given = [...listOf(message["tool_calls"])];
  if (given.length === 0 && objectOf(message["function_call"]) !== null) {
    given.push({ function: message["function_call"] });
  }
  const taken = new Set<string>();
  return given.flatMap((item, index): GivenCall[] => {
    // Rows of the Hub's data sets hold each call as text.
    const fields = objectOf(typeof item === "string" ? parsed(item) : item);
    if (fields === null) return [];
    const named = objectOf(fields["function"]) ?? fields;
    const givenId = textOf(fields["id"]) || null;
    const base = givenId ?? `call-${stepId}-${index + 1}`;
    let id = base;
    for (let n = 2; taken.has(id); n += 1) id = `${base}#${n}`;
    taken.add(id);
    const call = {
      tool_call_id: id,
      function_name: textOf(named["name"]) ?? "",
      arguments: callArguments(named["arguments"]),
    };
    return [{ call, givenId }];
  });
}

/** The arguments as an object; what the model wrote that is none stays under one name. */
function callArguments(given: unknown): JsonObject {
  if (given === undefined || given === null || given === "") return {};
  const value = typeof given === "string" ? parsed(given) : given;
  const object = objectOf(value);
  if (object !== null && !isDeeperThan(object, deepest / 2)) return object;
  return { not_an_object: given };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
