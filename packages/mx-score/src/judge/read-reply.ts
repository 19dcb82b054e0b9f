import type * as z from "zod";

/** So many places where an object may begin are tried, and so long may it be. */
const maxTries = 200;
const maxObjectLength = 50_000;

/** What a reply has to be. */
export interface ReplyShape<T> {
  schema: z.ZodType<T>;
  /** What two replies must agree in to say the same. */
  decision: (value: T) => string;
}

/** What was read from a reply, or why it could not be. */
export type ReadReply<T> = { value: T } | { problem: string };

/**
 * Reads the JSON object that a judge was asked for: all of the reply, or an object somewhere in it (fenced, or with
 * prose around), after its thinking. A reply with two that decide differently is not read: none is chosen.
 */
export function readReply<T>(reply: string, { schema, decision }: ReplyShape<T>): ReadReply<T> {
  const text = withoutThinking(reply);
  if (text === null) return { problem: `the reply ends in its thinking: ${excerpt(reply)}` };
  const objects = jsonObjects(text);
  if (objects.length === 0) {
    return { problem: text.trim() === "" ? "the reply is empty" : `no JSON in ${excerpt(text)}` };
  }
  const values: T[] = [];
  let wrong = "";
  for (const object of objects) {
    const parsed = schema.safeParse(object);
    if (parsed.success) values.push(parsed.data);
    else {
      const issue = parsed.error.issues[0];
      wrong = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not what was asked for"}`;
    }
  }
  const last = values.at(-1);
  if (last === undefined) return { problem: `${wrong.replace(/^: /, "")} in ${excerpt(text)}` };
  if (new Set(values.map((value) => decision(value))).size > 1) {
    return { problem: `the reply gives ${values.length} different verdicts: ${excerpt(text)}` };
  }
  return { value: last };
}

/**
 * What a model says after its thinking, which some servers leave in the reply, with or without the mark that opens it.
 * Thinking has drafts in it, which are no verdicts; null: it did not end.
 */
function withoutThinking(reply: string): string | null {
  const thinks = reply.trimStart().startsWith("<think>");
  const end = reply.indexOf("</think>");
  if (end < 0) return thinks ? null : reply;
  const rest = reply.slice(end + "</think>".length);
  // Without the opening mark, the closing one may be quoted in the verdict itself.
  return thinks || jsonObjects(rest).length > 0 ? rest : reply;
}

/** The JSON objects in a text, in order; those inside of others are parts of them. */
export function jsonObjects(text: string): object[] {
  const whole = objectOf(text);
  if (whole !== null) return [whole];
  const objects: object[] = [];
  let tries = 0;
  for (let at = text.indexOf("{"); at >= 0 && tries < maxTries; tries += 1) {
    const end = objectEnd(text, at);
    const object = end === null ? null : objectOf(text.slice(at, end));
    if (object !== null) objects.push(object);
    at = text.indexOf("{", object === null ? at + 1 : (end ?? at + 1));
  }
  return objects;
}

function objectOf(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** Where the object that begins at `start` ends; null: nowhere near. */
function objectEnd(text: string, start: number): number | null {
  const limit = Math.min(text.length, start + maxObjectLength);
  let depth = 0;
  let inString = false;
  for (let at = start; at < limit; at += 1) {
    const char = text[at];
    if (inString) {
      if (char === "\\") at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{") depth += 1;
    else if (char === "}") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}

function excerpt(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, " ");
  return JSON.stringify(line.length <= 200 ? line : `${line.slice(0, 199)}…`);
}
