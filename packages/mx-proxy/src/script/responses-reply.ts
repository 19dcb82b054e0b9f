import type { Completion } from "./completion.ts";
import type { ScriptRequest } from "./script-request.ts";
import { sharedUsage } from "./shared-usage.ts";

/** An item of a response's output. */
export type Item = Record<string, unknown> & { id: string; type: string };

/** What a reply says, in items. */
export function outputItems(
  { id, reasoning, content, toolCalls }: Completion,
  { tools }: ScriptRequest,
): Item[] {
  const message = {
    id: `msg_${id}`,
    type: "message",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text: content ?? "", annotations: [] }],
  };
  return [
    ...(reasoning === null
      ? []
      : [
          {
            id: `rs_${id}`,
            type: "reasoning",
            summary: [{ type: "summary_text", text: reasoning }],
          },
        ]),
    ...(content === null || (content === "" && toolCalls.length > 0) ? [] : [message]),
    ...toolCalls.map(({ id: call_id, function: { name, arguments: given } }) => {
      const tool = tools?.find((one) => one.function?.name === name);
      const call = { call_id, status: "completed", name };
      // A tool of free text gets its one argument as it is.
      if (tool?.["type"] === "custom") {
        const { input } = JSON.parse(given) as { input?: unknown };
        return {
          id: `ctc_${call_id}`,
          type: "custom_tool_call",
          ...call,
          input: typeof input === "string" ? input : "",
        };
      }
      const namespace = tool?.["namespace"];
      return {
        id: `fc_${call_id}`,
        type: "function_call",
        ...call,
        ...(typeof namespace === "string" && { namespace }),
        arguments: given,
      };
    }),
  ];
}

/** A response without what it says and what it used. */
export function responseFrame(reply: Completion, state: string): Record<string, unknown> {
  const { id, created, model, finishReason } = reply;
  const incomplete_details =
    state === "incomplete"
      ? { reason: finishReason === "length" ? "max_output_tokens" : finishReason }
      : null;
  return {
    id: `resp_${id}`,
    object: "response",
    created_at: created,
    status: state,
    error: null,
    incomplete_details,
    model,
  };
}

/** How a response ends. */
export function responseStatus({ finishReason }: Completion): "completed" | "incomplete" {
  return finishReason === "stop" || finishReason === "tool_calls" ? "completed" : "incomplete";
}

/** The usage in the words of the responses API. */
export function responsesUsage(reply: Completion): Record<string, unknown> {
  const { prompt, completion, cached, reasoning, rest } = sharedUsage(reply);
  return {
    input_tokens: prompt,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: completion,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: prompt + completion,
    ...rest,
  };
}
