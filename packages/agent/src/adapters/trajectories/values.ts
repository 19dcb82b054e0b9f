/** A JSON object. */
export type JsonObject = Record<string, unknown>;

/** True for a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member that is an object; an empty one where there is none. */
export function objectAt(value: unknown, name: string): JsonObject {
  const member = isObject(value) ? value[name] : undefined;
  return isObject(member) ? member : {};
}

/** The objects of a member that is a list. */
export function listAt(value: unknown, name: string): JsonObject[] {
  const member = isObject(value) ? value[name] : undefined;
  return Array.isArray(member) ? member.filter(isObject) : [];
}

/** A member that is text; undefined: there is none. */
export function textAt(value: unknown, name: string): string | undefined {
  const member = isObject(value) ? value[name] : undefined;
  return typeof member === "string" ? member : undefined;
}

/** A member that is a count; undefined: there is none. */
export function countAt(value: unknown, name: string): number | undefined {
  const member = isObject(value) ? value[name] : undefined;
  return typeof member === "number" && Number.isSafeInteger(member) && member >= 0
    ? member
    : undefined;
}

/** The texts of a content: text itself, or a list of parts that have `text`. */
export function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return textAt(content, "text") ?? "";
  return content
    .flatMap((part) => textAt(part, "text") ?? (typeof part === "string" ? part : []))
    .join("\n");
}
