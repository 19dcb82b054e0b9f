import type { Asked } from "./asked.ts";
import { countMembers } from "./json-member.ts";
import type { Refusal } from "./openai-error.ts";

const modelName = Buffer.from('"model"');
const letterEscape = Buffer.from("u00");

/** Why a call may not ask its model with a key that is good for these only; null: it may. */
export function modelRefusal(
  models: readonly string[],
  asked: Asked,
  bytes: Buffer | null,
): Refusal | null {
  const only = models.join(", ").slice(0, 300);
  if (asked.model === null || !models.includes(asked.model)) {
    return refusal(`this key is good for ${only} only`);
  }
  // What an upstream makes of a body with two models is its own affair, and could be the other one.
  if (bytes === null || namesOneModel(bytes, asked.body ?? {})) return null;
  return refusal(`the body names its model more than once, and this key is good for ${only} only`);
}

function namesOneModel(bytes: Buffer, body: Record<string, unknown>): boolean {
  const names = Object.keys(body).filter((name) => name.toLowerCase() === "model");
  if (names.length > 1) return false;
  // Next to all bodies have the name once and write no letter as an escape (u006d), which is quick to see.
  const once = bytes.indexOf(modelName, bytes.indexOf(modelName) + 1) === -1;
  return (once && !bytes.includes(letterEscape)) || countMembers(bytes, "model") === 1;
}

function refusal(message: string): Refusal {
  return { status: 403, code: "model_not_allowed", message };
}
