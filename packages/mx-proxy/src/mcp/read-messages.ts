import { JSONRPCMessageSchema, type JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../call/read-body.ts";
import { isTooDeep, mostLevels } from "./is-too-deep.ts";
import { refuse } from "./json-rpc.ts";

/** What servers take as well, where nobody has told them otherwise. */
const mostBytes = 4 * 1024 * 1024;
const mostMessages = 100;

/** The messages of a POST, one or several; null where it was refused, or the client has gone. */
export async function readMessages(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
): Promise<JSONRPCMessage[] | null> {
  const no = (status: number, why: string) => {
    refuse(response, status, why);
    return null;
  };
  const { accept = "", "content-type": type = "" } = request.headers;
  if (!/^application\/json *(;|$)/i.test(type))
    return no(415, "the request is not said to be JSON");
  if (!accept.includes("text/event-stream")) {
    return no(406, "replies are streams of events: accept application/json and text/event-stream");
  }
  const most = Math.min(mostBytes, maxBytes);
  const bytes = await readBody(request, most);
  if (bytes === "gone") return null;
  if (bytes === "too large") return no(413, `the request is larger than ${most} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(bytes?.toString("utf8") ?? "");
  } catch (error) {
    return no(400, `the request is no JSON: ${(error as Error).message}`);
  }
  const all: unknown[] = Array.isArray(value) ? value : [value];
  if (all.length > mostMessages) return no(400, `more than ${mostMessages} messages`);
  if (all.some((one) => isTooDeep(one))) return no(400, `more than ${mostLevels} levels of JSON`);
  const messages = all.map((one) => JSONRPCMessageSchema.safeParse(one));
  if (messages.length === 0 || messages.some(({ success }) => !success)) {
    return no(400, "the request is no JSON-RPC");
  }
  return messages.map(({ data }) => data!);
}
