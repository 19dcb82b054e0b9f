import { createHash } from "node:crypto";
import { header } from "../call/headers.ts";
import { isObject } from "../is-object.ts";
import type { UpstreamRequest } from "../upstream/upstream.ts";

/**
 * What the calls have in common that profit from one another's prefix cache: the trial, else what the client says,
 * else how the conversation begins.
 */
export function sessionOf({ trial, session, headers, asked }: UpstreamRequest): string {
  if (trial !== null) return trial.key;
  const said = session ?? header(headers, "modal-session-id") ?? asked.body?.["user"];
  if (typeof said === "string" && said !== "") return said;
  return createHash("sha256").update(beginning(asked.body)).digest("base64");
}

/** The system's messages and the first of the user. */
function beginning(body: Record<string, unknown> | null): string {
  const messages = body?.["messages"];
  if (!Array.isArray(messages)) return JSON.stringify(body?.["prompt"] ?? body?.["input"] ?? null);
  const first = messages.findIndex((one) => isObject(one) && one["role"] === "user");
  const head: unknown[] = messages.slice(0, first + 1);
  return JSON.stringify([body?.["system"], body?.["instructions"], head]);
}

/** A name for a session that says nothing about what it was made from. */
export function sessionId(session: string): string {
  return createHash("sha256").update(session).digest("hex").slice(0, 32);
}
