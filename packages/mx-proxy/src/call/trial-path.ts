import { googleCall } from "./google-call.ts";

/**
 * What a trial key is good for: asking models. The rest of an OpenAI-style API (files, batches, fine-tuning)
 * belongs to the account behind the upstream's key, and an agent in a sandbox has no business there.
 */
const posts = new Set(
  [
    "chat/completions",
    "completions",
    "embeddings",
    "responses",
    "messages",
    "messages/count_tokens",
    "rerank",
    "score",
    "tokenize",
    "detokenize",
    "moderations",
  ].map((path) => `/v1/${path}`),
);

/** Model ids may have slashes, as they are or escaped; no part of one begins with a dot. */
const models = /^\/v1\/models((\/|%2F)[\w@][\w.:@-]*)*$/i;

/** True where a call with a trial key may go to this path. */
export function isTrialPath(method: string, path: string): boolean {
  if (method === "POST") return posts.has(path) || googleCall(path) !== null;
  return ["GET", "HEAD", "OPTIONS"].includes(method) && models.test(path);
}
