import { errorReply } from "../call/error-reply.ts";
import type { Refusal } from "../call/openai-error.ts";
import { jsonScene } from "../script/json-scene.ts";
import { PlayedExchange } from "../script/played-exchange.ts";
import type { Exchange, Reply } from "../upstream/upstream.ts";

const from = { attempts: 0, sent: false, upstream: null, cache: "off" } as const;

/** A call that the router answers itself, with JSON. */
export function ownAnswer(reply: Reply, status: number, body: string): Exchange {
  return new PlayedExchange(jsonScene(status, body), reply, from);
}

/** A call that the router answers with an error, in the shape that the clients of this path know. */
export function ownError(reply: Reply, path: string, refusal: Refusal): Exchange {
  return ownAnswer(reply, refusal.status, errorReply(path, refusal));
}
