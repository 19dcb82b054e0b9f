import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A call as the server got it. */
export interface Asked {
  headers: IncomingHttpHeaders;
  method: string;
  body: {
    model: string;
    messages: { role: string; content: string }[];
    temperature?: number;
    response_format?: { type: string };
  };
}

/** How the server answers one call; the count is from 0. */
export type Reply = (response: ServerResponse, asked: Asked, count: number) => unknown;

/** An OpenAI-compatible server on a port of its own. */
export async function judgeServer(reply: Reply) {
  const asked: Asked[] = [];
  let running = 0;
  let mostRunning = 0;
  const server = createServer((request, response) => {
    void (async () => {
      running += 1;
      mostRunning = Math.max(mostRunning, running);
      response.once("close", () => (running -= 1));
      const body = await text(request).catch(() => "");
      const call = { headers: request.headers, method: request.method ?? "", body } as unknown;
      const one = {
        ...(call as Asked),
        body: (body === "" ? {} : JSON.parse(body)) as Asked["body"],
      };
      asked.push(one);
      reply(response, one, asked.length - 1);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    host: `127.0.0.1:${port}`,
    asked,
    mostRunning: () => mostRunning,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers in order; the last one again for any further call. */
export function inOrder(...replies: Reply[]): Reply {
  return (response, asked, count) =>
    replies[Math.min(count, replies.length - 1)]?.(response, asked, count);
}

/** What can be special about a reply. */
export interface ReplyDetails {
  usage?: Record<string, unknown>;
  finish?: string;
  refusal?: string;
  headers?: Record<string, string>;
}

/** A reply with a text, or with an object as JSON. */
export function says(content: unknown, details: ReplyDetails = {}): Reply {
  return (response) =>
    sendJson(
      response,
      200,
      {
        model: "served-judge",
        choices: [
          {
            index: 0,
            finish_reason: details.finish ?? "stop",
            message: {
              role: "assistant",
              content: typeof content === "string" ? content : JSON.stringify(content),
              ...(details.refusal !== undefined && { refusal: details.refusal }),
            },
          },
        ],
        usage: { prompt_tokens: 100, completion_tokens: 20, ...details.usage },
      },
      details.headers,
    );
}

/** An error in the API's form. */
export function fails(
  status: number,
  message: string,
  headers: Record<string, string> = {},
): Reply {
  return (response) => sendJson(response, status, { error: { message } }, headers);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
