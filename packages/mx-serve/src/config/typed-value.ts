import * as z from "zod";

interface Shape {
  type?: string | string[];
  anyOf?: Shape[];
}

const yes = new Set(["true", "1", "yes"]);
const no = new Set(["false", "0", "no"]);
const number = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** What a schema takes, as JSON Schema names it: `integer`, `null`, … */
function typesOf(schema: z.ZodType): Set<string> {
  const shape = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Shape;
  return new Set((shape.anyOf ?? [shape]).flatMap(({ type = [] }) => type));
}

/** A text that cannot become what a setting needs. Its message says what was expected. */
export class ValueError extends Error {}

/**
 * A text from a command line as the value that a schema wants: true, 1 and yes, false, 0 and no in any case for a
 * boolean; a number; JSON for objects and lists; `null` where a setting can be without a value. Throws ValueError.
 */
export function typedValue(schema: z.ZodType, text: string): unknown {
  const types = typesOf(schema);
  if (types.has("null") && text === "null") return null;
  const raw = rawValue(types, text);
  const { data, error } = schema.safeParse(raw);
  if (error === undefined) return data;
  const [issue] = error.issues;
  throw new ValueError((issue?.message ?? "not valid").replace(/^Invalid (input|option): /, ""));
}

function rawValue(types: Set<string>, text: string): unknown {
  if (types.has("boolean")) {
    const word = text.trim().toLowerCase();
    if (yes.has(word)) return true;
    if (no.has(word)) return false;
    throw new ValueError(`expected true or false, not ${JSON.stringify(text)}`);
  }
  if (types.has("integer") || types.has("number")) {
    if (number.test(text.trim())) return Number(text);
    const wanted = types.has("number") ? "a number" : "a whole number";
    throw new ValueError(`expected ${wanted}, not ${JSON.stringify(text)}`);
  }
  if (types.has("object") || types.has("array")) return json(text);
  return text;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ValueError(`expected JSON, not ${JSON.stringify(text)}: ${(error as Error).message}`);
  }
}
