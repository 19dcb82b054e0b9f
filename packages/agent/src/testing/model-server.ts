import type { ServerResponse } from "node:http";
import type { Answer } from "@mx/cli/testing/answering-server";

export {
  answeringServer as modelServer,
  type Answer,
  type Asked,
} from "@mx/cli/testing/answering-server";

const usage = {
  prompt_tokens: 10,
  completion_tokens: 5,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 2 },
};

interface Said {
  content?: string;
  calls?: [name: string, args: unknown][];
  finish?: string;
  reasoning?: string;
}

/** A reply, in the form that was asked for: plain or streamed, its calls and its text in small pieces. */
export function says(said: Said | string): Answer {
  const {
    content = "",
    calls = [],
    finish,
    reasoning,
  } = typeof said === "string" ? { content: said } : said;
  const tool_calls = calls.map(([name, args], index) => ({
    id: `call_${index}`,
    type: "function",
    function: { name, arguments: typeof args === "string" ? args : JSON.stringify(args) },
  }));
  const finish_reason = finish ?? (calls.length > 0 ? "tool_calls" : "stop");
  return (response, asked) => {
    if (asked.body.stream !== true) {
      const message = {
        role: "assistant",
        content: content || null,
        ...(reasoning !== undefined && { reasoning_content: reasoning }),
        ...(calls.length > 0 && { tool_calls }),
      };
      return json(response, 200, {
        model: "served",
        choices: [{ index: 0, message, finish_reason }],
        usage,
      });
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (delta: object, finish_reason: string | null = null) =>
      response.write(event({ model: "served", choices: [{ index: 0, delta, finish_reason }] }));
    send({ role: "assistant", content: "" });
    if (reasoning !== undefined) send({ reasoning_content: reasoning });
    for (const piece of pieces(content)) send({ content: piece });
    for (const [index, call] of tool_calls.entries()) {
      send({
        tool_calls: [{ index, ...call, function: { name: call.function.name, arguments: "" } }],
      });
      for (const piece of pieces(call.function.arguments)) {
        send({ tool_calls: [{ index, function: { arguments: piece } }] });
      }
    }
    send({}, finish_reason);
    response.write(event({ model: "served", choices: [], usage }));
    response.end("data: [DONE]\n\n");
  };
}

/** An error in the API's form. */
export function fails(
  status: number,
  error: Record<string, unknown> | string,
  headers = {},
): Answer {
  return (response) =>
    json(
      response,
      status,
      { error: typeof error === "string" ? { message: error } : error },
      headers,
    );
}

/** One event of a stream. */
export function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

function pieces(text: string): string[] {
  return text.match(/[^]{1,7}/g) ?? [];
}
