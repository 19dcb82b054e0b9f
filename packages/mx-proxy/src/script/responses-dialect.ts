import type { Dialect } from "./dialect.ts";
import { responsesEvents } from "./responses-events.ts";
import { outputItems, responseFrame, responsesUsage, responseStatus } from "./responses-reply.ts";
import { readResponses } from "./responses-request.ts";

/** `POST /v1/responses` of OpenAI, for requests that hold the whole conversation: a script remembers none. */
export const responsesDialect: Dialect = {
  request: "a responses request with a model and the whole conversation as its input",
  read: readResponses,
  body: (reply, request) => {
    const output = outputItems(reply, request);
    return JSON.stringify({
      ...responseFrame(reply, responseStatus(reply)),
      output,
      usage: responsesUsage(reply),
    });
  },
  events: (reply, request) => responsesEvents(reply, request),
};
