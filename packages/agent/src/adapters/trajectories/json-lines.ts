import { isObject, type JsonObject } from "./values.ts";

/** The objects on the lines of a text; a last line that was never finished is left out. Throws for another that is none. */
export function jsonLines(text: string): JsonObject[] {
  const lines = text.split("\n");
  const objects: JsonObject[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      // The agent may have been killed in the middle of it.
      if (index === lines.length - 1) break;
      throw new Error(`line ${index + 1} is not JSON`);
    }
    if (!isObject(value)) throw new Error(`line ${index + 1} is not an object`);
    objects.push(value);
  }
  return objects;
}
