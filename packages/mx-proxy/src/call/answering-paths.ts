import { googleCall } from "./google-call.ts";

/** Paths whose streams can be asked to end with their usage. */
export const usageStreams: ReadonlySet<string> = new Set([
  "/v1/chat/completions",
  "/v1/completions",
]);

const others = new Set(["/v1/responses", "/v1/messages"]);

/** True for a path where a model answers, and streams say when they are complete. */
export function isAnswering(path: string): boolean {
  return usageStreams.has(path) || others.has(path) || googleCall(path)?.answers === true;
}
