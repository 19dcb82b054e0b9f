import { event, type Answer } from "./model-server.ts";

/** An item of a reply. */
export type Item = Record<string, unknown> & { type: string };

export const reasoning = (id: string, summary: string): Item => ({
  type: "reasoning",
  id,
  summary: [{ type: "summary_text", text: summary }],
  encrypted_content: `sealed-${id}`,
});
export const message = (text: string, more = {}): Item => ({
  type: "message",
  id: "msg_1",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text, annotations: [] }],
  ...more,
});
export const functionCall = (id: string, name: string, args: unknown): Item => ({
  type: "function_call",
  id: `fc_${id}`,
  call_id: id,
  name,
  arguments: typeof args === "string" ? args : JSON.stringify(args),
});

const usage = {
  input_tokens: 10,
  output_tokens: 5,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens_details: { reasoning_tokens: 2 },
};

/** A reply of the responses API, in the form that was asked for. */
export function responds(items: Item[], more: Record<string, unknown> = {}): Answer {
  return (response, asked) => {
    const body = {
      id: "resp_1",
      object: "response",
      model: "served",
      status: "completed",
      output: items,
      usage,
      error: null,
      ...more,
    };
    if (asked.body.stream !== true) {
      response.writeHead(200, { "content-type": "application/json" });
      return response.end(JSON.stringify(body));
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(
      event({ type: "response.created", response: { ...body, output: [], usage: null } }),
    );
    for (const [output_index, item] of items.entries()) {
      response.write(event({ type: "response.output_item.added", output_index, item }));
      response.write(event({ type: "response.output_item.done", output_index, item }));
    }
    return response.end(event({ type: `response.${body.status}`, response: body }));
  };
}
