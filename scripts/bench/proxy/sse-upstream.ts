/**
 * An API that streams: so many chunks, so many milliseconds apart, as the prompt says in words such as
 * `chunks=200 interval=20`. The first chunk comes at once. Its port is the first argument.
 */
import { createServer, type ServerResponse } from "node:http";

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({
    id: "chatcmpl-Bx4mVw8Wq0mT2uY9aXcJ3fK7pLr1Z",
    object: "chat.completion.chunk",
    created: 1_764_000_000,
    model: "gpt-4o-mini-2024-07-18",
    service_tier: "default",
    system_fingerprint: "fp_51db84afab",
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  })}\n\n`;
// Two in turn: LiteLLM takes a model that says the same a hundred times for one that hangs.
const pieces = [" token", " tokens"].map((content) => Buffer.from(chunk({ content })));
const usage = { prompt_tokens: 20, completion_tokens: 200, total_tokens: 220 };
const last = { id: "chatcmpl-Bx4mVw8Wq0mT2uY9aXcJ3fK7pLr1Z", object: "chat.completion.chunk" };
const usageChunk = `data: ${JSON.stringify({ ...last, created: 1, model: "gpt-4o-mini", choices: [], usage })}\n\n`;

function stream(response: ServerResponse, body: string): void {
  const chunks = Number(/chunks=(\d+)/.exec(body)?.[1] ?? 10);
  const interval = Number(/interval=(\d+)/.exec(body)?.[1] ?? 0);
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  let sent = 0;
  const next = () => {
    response.write(pieces[sent % 2]);
    sent += 1;
    if (sent < chunks) return;
    clearInterval(timer);
    const rest = body.includes('"include_usage":true') ? usageChunk : "";
    response.end(`${chunk({}, "stop")}${rest}data: [DONE]\n\n`);
  };
  const timer = setInterval(next, interval);
  response.once("close", () => clearInterval(timer));
  next();
}

createServer((request, response) => {
  request.setEncoding("utf8");
  let body = "";
  request.on("data", (text: string) => (body += text));
  request.once("end", () => stream(response, body));
}).listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 4096 });
