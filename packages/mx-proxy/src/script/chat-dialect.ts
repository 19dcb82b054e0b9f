import { completionBody } from "./completion.ts";
import { completionEvents } from "./completion-events.ts";
import type { Dialect } from "./dialect.ts";
import { ScriptRequest } from "./script-request.ts";

/** `POST /v1/chat/completions` of OpenAI. */
export const chatDialect: Dialect = {
  request: "a chat completion request with a model and messages",
  read: (body) => ScriptRequest.safeParse(body).data ?? null,
  body: (reply) => completionBody(reply),
  events: (reply, _, includeUsage) => completionEvents(reply, includeUsage),
};
