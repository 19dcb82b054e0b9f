import { define } from "../slice-document.ts";
import type { JsonObject } from "../json-value.ts";

/*
 * Long texts and images of a sample are kept once, under a hash or (in chunked samples) a number, and a text that
 * reads `attachment://<name>` stands for them: log/_condense.py. Logs of old wrote `tc://`.
 */
const reference = /^(?:attachment|tc):\/\/(.*)$/s;

/** The names of all attachments that a value refers to. */
export function attachmentNames(value: unknown, names = new Set<string>()): Set<string> {
  if (typeof value === "string") {
    const name = nameOf(value);
    if (name !== null) names.add(name);
  } else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) attachmentNames(part, names);
  }
  return names;
}

/** The value with its references replaced; those to nothing that is there stay as they are. */
export function withAttachments(value: unknown, texts: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") {
    const name = nameOf(value);
    return name === null ? value : (texts.get(name) ?? value);
  }
  if (typeof value !== "object" || value === null || texts.size === 0) return value;
  if (Array.isArray(value)) return value.map((part: unknown) => withAttachments(part, texts));
  const members: JsonObject = {};
  for (const [name, part] of Object.entries(value)) {
    define(members, name, withAttachments(part, texts));
  }
  return members;
}

function nameOf(text: string): string | null {
  return reference.exec(text)?.[1] ?? null;
}
