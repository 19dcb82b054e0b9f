import type { Dialect } from "./dialect.ts";
import { messagesEvents } from "./messages-events.ts";
import { messageBlocks, messageFrame, messagesUsage } from "./messages-reply.ts";
import { readMessages } from "./messages-request.ts";

/** `POST /v1/messages` of Anthropic. */
export const messagesDialect: Dialect = {
  request: "a Messages request with a model and messages",
  read: readMessages,
  body: (reply) => {
    const content = messageBlocks(reply);
    return JSON.stringify({ ...messageFrame(reply), content, usage: messagesUsage(reply) });
  },
  events: (reply) => messagesEvents(reply),
};
