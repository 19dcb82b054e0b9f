import type { ResponseCreateParams, ResponseInputItem } from "openai/resources/responses/responses";
import { Stream } from "openai/streaming";
import type { AskOnce, ModelSettings } from "../model-client.ts";
import { isStream, jsonBody, oneRequest, openAiClient } from "../one-request.ts";
import { inputItems } from "./input-items.ts";
import { readResponse, readResponseStream } from "./read-response.ts";

/**
 * Asks a server for replies by the responses API. Nothing is stored there: the whole conversation goes with each
 * request, with the reasoning of earlier turns, encrypted where the server keeps it to itself.
 */
export function responsesClient(settings: ModelSettings): AskOnce {
  const client = openAiClient(settings);
  // What this server, or this model, turned out not to take.
  const refused = { include: false, summary: false };

  function adapt(message: string): boolean {
    const include = /encrypted|include/i.test(message) && !refused.include;
    const summary = /summar/i.test(message) && !refused.summary;
    refused.include ||= include;
    refused.summary ||= summary;
    return include || summary;
  }

  return (messages, tools, signal) => {
    const send = async (ends: AbortSignal) => {
      const { maxTokens, temperature, topP, reasoningEffort, stream } = settings;
      const params = {
        model: settings.model,
        input: inputItems(messages) as unknown as ResponseInputItem[],
        ...(tools.length > 0 && {
          tools: tools.map(({ function: tool }) => ({
            type: "function" as const,
            ...tool,
            // Strict schemas know no optional arguments.
            strict: false,
          })),
        }),
        store: false,
        ...(!refused.include && { include: ["reasoning.encrypted_content"] }),
        ...(maxTokens !== undefined && { max_output_tokens: maxTokens }),
        ...(temperature !== undefined && { temperature }),
        ...(topP !== undefined && { top_p: topP }),
        ...(reasoningEffort !== undefined && {
          reasoning: { effort: reasoningEffort, ...(!refused.summary && { summary: "auto" }) },
        }),
        stream,
      } as ResponseCreateParams;
      const response = await client.responses.create(params, { signal: ends }).asResponse();
      if (!isStream(response)) return readResponse(await jsonBody(response));
      return readResponseStream(Stream.fromSSEResponse(response, new AbortController(), client));
    };
    return oneRequest(send, adapt, signal);
  };
}
