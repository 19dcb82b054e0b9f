import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listening } from "./listening.ts";

/** How an endpoint that is at fault behaves. */
export type EndpointFault = "500" | "hang" | "close mid-stream" | "broken JSON" | "401" | "closed";

const answer = {
  id: "1",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta: { role: "assistant", content: "fine" }, finish_reason: null }],
};

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function misbehave(fault: EndpointFault, response: ServerResponse): void {
  switch (fault) {
    case "500":
    case "401":
      response.writeHead(Number(fault), { "content-type": "application/json" });
      response.end('{"error":{"message":"no","type":"server_error"}}');
      return;
    case "hang":
      return;
    case "close mid-stream":
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(event(answer));
      setTimeout(() => response.destroy(), 20);
      return;
    case "broken JSON":
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end('data: {"id": "1", "choices": [{"ind\n\ndata: [DONE]\n\n');
      return;
    case "closed":
      response.destroy();
  }
}

async function body(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

/**
 * A model API on loopback that answers every call well, but for those whose text holds "faulty". Counts them.
 */
export async function fakeEndpoint(fault: EndpointFault) {
  const seen = { good: 0, faulty: 0 };
  const server = createServer((request, response) => {
    void body(request).then((text) => {
      if (request.method === "GET") {
        response.end('{"object":"list","data":[{"id":"m","object":"model"}]}');
      } else if (text.includes("faulty")) {
        seen.faulty += 1;
        misbehave(fault, response);
      } else {
        seen.good += 1;
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(event(answer));
        response.write(
          event({ ...answer, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }),
        );
        const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
        response.end(`${event({ ...answer, choices: [], usage })}data: [DONE]\n\n`);
      }
    });
  });
  return { seen, ...(await listening(server)) };
}
