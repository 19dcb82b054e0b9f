/** What is wrong with a JSON Pointer (RFC 6901); null: nothing. */
export function pointerProblem(pointer: string): string | null {
  if (pointer !== "" && !pointer.startsWith("/")) {
    return `the pointer ${JSON.stringify(pointer)} does not begin with /`;
  }
  if (/~(?![01])/.test(pointer)) {
    return `~ in the pointer ${JSON.stringify(pointer)} is written ~0, and / in a name ~1`;
  }
  return null;
}

/** The part of a document that a JSON Pointer (RFC 6901) names; undefined where it leads nowhere. */
export function followPointer(document: unknown, pointer: string): unknown {
  let value = document;
  for (const raw of pointer.split("/").slice(1)) {
    const name = raw.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name))
      return undefined;
    // `length` is a member of every array, and 01 the name of none.
    if (Array.isArray(value) && !/^(?:0|[1-9]\d*)$/.test(name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
