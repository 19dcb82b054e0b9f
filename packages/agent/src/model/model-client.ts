import type {
  ChatCompletionChunk,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions";
import type { ReasoningEffort } from "openai/resources/shared";
import { Stream } from "openai/streaming";
import { assembleCompletion, assembleStream } from "./assemble-reply.ts";
import { carriedBy } from "./carried.ts";
import { isStream, jsonBody, oneRequest, openAiClient } from "./one-request.ts";
import type { Reply } from "./reply.ts";

/** Which model to ask, and how. What is undefined is not sent. */
export interface ModelSettings {
  baseUrl: string;
  apiKey: string;
  model: string;
  stream: boolean;
  requestTimeoutMs: number;
  maxTokens?: number | undefined;
  temperature?: number | undefined;
  topP?: number | undefined;
  seed?: number | undefined;
  reasoningEffort?: string | undefined;
}

/** A tool as the API describes it. */
export interface ToolDefinition {
  type: "function";
  function: { name: string; description: string; parameters: Record<string, unknown> };
}

/** Asks for one reply, once. Throws a `ModelError` that says whether to ask again. */
export type AskOnce = (
  messages: ChatCompletionMessageParam[],
  tools: readonly ToolDefinition[],
  signal: AbortSignal,
) => Promise<Reply>;

/** Asks an OpenAI-compatible server for chat completions. */
export function modelClient(settings: ModelSettings): AskOnce {
  const client = openAiClient(settings);
  // What this server turned out not to know.
  const unknown = { maxTokens: false, streamOptions: false };
  // Some models that think want to see what they thought before they called a tool.
  let sendReasoning = false;

  /** True where the server named a parameter that can be sent in another way, or that it misses: so it goes from now on. */
  function adapt(message: string): boolean {
    const newName = /max_completion_tokens/.test(message) && !unknown.maxTokens;
    const noOptions = /stream_options/.test(message) && !unknown.streamOptions;
    const reasoning = /reasoning_content/.test(message) && !sendReasoning;
    unknown.maxTokens ||= newName;
    unknown.streamOptions ||= noOptions;
    sendReasoning ||= reasoning;
    return newName || noOptions || reasoning;
  }

  return (messages, tools, signal) => {
    const { maxTokens, reasoningEffort } = settings;
    const send = async (ends: AbortSignal) => {
      const response = await client.chat.completions
        .create(
          {
            model: settings.model,
            messages: sendReasoning ? messages.map(withReasoning) : messages,
            ...(tools.length > 0 && { tools: [...tools] }),
            ...(maxTokens !== undefined &&
              (unknown.maxTokens
                ? { max_completion_tokens: maxTokens }
                : { max_tokens: maxTokens })),
            ...(settings.temperature !== undefined && { temperature: settings.temperature }),
            ...(settings.topP !== undefined && { top_p: settings.topP }),
            ...(settings.seed !== undefined && { seed: settings.seed }),
            ...(reasoningEffort !== undefined && {
              reasoning_effort: reasoningEffort as ReasoningEffort,
            }),
            stream: settings.stream,
            ...(settings.stream &&
              !unknown.streamOptions && { stream_options: { include_usage: true } }),
          },
          { signal: ends },
        )
        .asResponse();
      if (!isStream(response)) return assembleCompletion(await jsonBody(response));
      const chunks = Stream.fromSSEResponse<ChatCompletionChunk>(
        response,
        new AbortController(),
        client,
      );
      return assembleStream(chunks);
    };
    return oneRequest(send, adapt, signal);
  };
}

/** DeepSeek's and other servers' name for it; it is not in the API's own description. */
function withReasoning(message: ChatCompletionMessageParam): ChatCompletionMessageParam {
  if (message.role !== "assistant") return message;
  return Object.assign({ ...message }, { reasoning_content: carriedBy(message).reasoning ?? "" });
}
