/**
 * An API that takes its time, as a process of its own: `node slow-api.ts PORT`. A POST is answered after as many
 * milliseconds as its body says in `sleep=N`, with the body's `call=N`; a GET is 64 MB of bytes.
 */
import { createServer, type ServerResponse } from "node:http";

const block = Buffer.alloc(64 << 10, "x");
const blocks = 1024;

function flood(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/octet-stream" });
  let sent = 0;
  const fill = () => {
    while (sent < blocks) {
      sent += 1;
      if (!response.write(block)) return void response.once("drain", fill);
    }
    response.end();
  };
  fill();
}

const server = createServer((request, response) => {
  request.setEncoding("utf8");
  let body = "";
  request.on("data", (text: string) => (body += text));
  request.once("end", () => {
    if (request.method === "GET" && request.url === "/v1/models") {
      return void response.end('{"object":"list","data":[]}');
    }
    if (request.method === "GET") return flood(response);
    const call = /call=(\d+)/.exec(body)?.[1] ?? "";
    const usage = { prompt_tokens: 2, completion_tokens: 1, total_tokens: 3 };
    const choice = { index: 0, message: { content: `call=${call}` }, finish_reason: "stop" };
    const reply = JSON.stringify({ id: "c", model: "m", choices: [choice], usage });
    setTimeout(
      () => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(reply);
      },
      Number(/sleep=(\d+)/.exec(body)?.[1] ?? 0),
    );
  });
});
server.keepAliveTimeout = 60_000;
server.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 4096 });
