import { canonicalJson } from "@mx/records";
import { excerpt, type Mask, type Verdict } from "./compare-text.ts";

/** Follows a JSON Pointer (RFC 6901); undefined where it leads nowhere. */
export function followPointer(document: unknown, pointer: string): unknown {
  let value = document;
  for (const raw of pointer.split("/").slice(1)) {
    const name = raw.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name))
      return undefined;
    // An array has a length too, which is no part of the document.
    if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** Compares the part of a JSON text that `pointer` names with a value; text that is not JSON is a miss. */
export function compareJson(text: string, pointer: string, expected: unknown, mask: Mask): Verdict {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { passed: false, explanation: `not JSON: ${excerpt(text.trim(), mask)}` };
  }
  const found = followPointer(document, pointer);
  try {
    return verdictOn(found, expected, mask);
  } catch (error) {
    // What the parser takes may be nested too deeply for everything else.
    if (!(error instanceof RangeError)) throw error;
    return { passed: false, explanation: "it is nested too deeply" };
  }
}

function verdictOn(found: unknown, expected: unknown, mask: Mask): Verdict {
  // As JSON: -0 is 0.
  return found !== undefined && canonicalJson(found) === canonicalJson(expected)
    ? { passed: true, explanation: "as expected" }
    : {
        passed: false,
        explanation: `expected ${excerpt(JSON.stringify(expected), mask)}, found ${excerpt(JSON.stringify(found) ?? "nothing", mask)}`,
      };
}
