import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request body, as a test looks at it. */
export interface Asked {
  headers: IncomingMessage["headers"];
  method: string;
  path: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** How the server answers one request. */
export type Answer = (response: ServerResponse, asked: Asked) => unknown;

/** A server on a port of its own that gives the answers in order; the last one again for any further request. */
export async function answeringServer(...answers: Answer[]) {
  const asked: Asked[] = [];
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request).catch(() => "");
    const one: Asked = {
      headers: request.headers,
      method: request.method ?? "",
      path: request.url ?? "",
      body: body === "" ? null : JSON.parse(body),
    };
    asked.push(one);
    answers[Math.min(asked.length, answers.length) - 1]!(response, one);
  };
  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
