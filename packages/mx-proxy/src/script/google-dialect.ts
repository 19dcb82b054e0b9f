import * as z from "zod";
import { argumentsOf } from "./arguments-of.ts";
import type { Completion } from "./completion.ts";
import type { Dialect } from "./dialect.ts";
import { joinReplies } from "./join-replies.ts";
import { textPieces } from "./pieces.ts";
import type { Message } from "./script-request.ts";
import { sharedUsage } from "./shared-usage.ts";
import { partsText, userMessages } from "./user-messages.ts";

const Part = z.looseObject({
  text: z.string().optional(),
  functionCall: z.looseObject({ name: z.string(), args: z.unknown().optional() }).optional(),
  functionResponse: z.looseObject({ response: z.unknown().optional() }).optional(),
});
const Content = z.looseObject({ role: z.string().optional(), parts: z.array(Part).default([]) });
const Declaration = z.looseObject({ name: z.string() });

/** A request of Google's API, as far as a script looks at it. */
const GoogleRequest = z.looseObject({
  contents: z.array(Content).min(1),
  systemInstruction: Content.optional(),
  tools: z
    .array(z.looseObject({ functionDeclarations: z.array(Declaration).optional() }))
    .optional(),
});

/** `POST /v1/models/MODEL:generateContent` of Google, and `:streamGenerateContent` with `alt=sse`. */
export const googleDialect: Dialect = {
  request: "a generateContent request with contents",
  read(body, model) {
    const { data } = GoogleRequest.safeParse(body);
    if (data === undefined || model === null) return null;
    const { contents, systemInstruction, tools } = data;
    return {
      model,
      messages: [
        ...(systemInstruction === undefined
          ? []
          : [{ role: "system", content: partsText(systemInstruction.parts) }]),
        ...joinReplies(contents.flatMap(toMessages)),
      ],
      tools: tools?.flatMap(({ functionDeclarations = [] }) =>
        functionDeclarations.map(({ name }) => ({ function: { name } })),
      ),
    };
  },
  body: (reply) => JSON.stringify(chunk(reply, parts(reply), true)),
  events: (reply) => {
    const pieces = parts(reply).flatMap((part): ReplyPart[] =>
      "text" in part ? textPieces(part.text).map((text) => ({ ...part, text })) : [part],
    );
    // There is no event that says that it is over: the last one has the reason.
    const chunks = pieces.map((part, n) => chunk(reply, [part], n === pieces.length - 1));
    const all = chunks.length === 0 ? [chunk(reply, [], true)] : chunks;
    return all.map((one) => `data: ${JSON.stringify(one)}\r\n\r\n`);
  },
};

type Given = z.infer<typeof Content>;

function toMessages({ role, parts: given }: Given): Message[] {
  if (role === "model") {
    const calls = given.flatMap(({ functionCall }) => functionCall ?? []);
    return [
      {
        role: "assistant",
        content: partsText(given),
        tool_calls: calls.map(({ args }) => ({
          function: { arguments: JSON.stringify(args ?? {}) },
        })),
      },
    ];
  }
  const results = given.flatMap(({ functionResponse }) =>
    functionResponse === undefined ? [] : [JSON.stringify(functionResponse.response ?? {})],
  );
  return userMessages(results, partsText(given));
}

type ReplyPart =
  { text: string; thought?: true } | { functionCall: { id: string; name: string; args: unknown } };

function parts({ reasoning, content, toolCalls }: Completion): ReplyPart[] {
  return [
    ...(reasoning === null ? [] : [{ text: reasoning, thought: true as const }]),
    ...(content === null || content === "" ? [] : [{ text: content }]),
    ...toolCalls.map((call) => ({
      functionCall: { id: call.id, name: call.function.name, args: argumentsOf(call) },
    })),
  ];
}

const reasons: Record<string, string> = { stop: "STOP", tool_calls: "STOP", length: "MAX_TOKENS" };

function chunk(reply: Completion, said: ReplyPart[], isLast: boolean): object {
  const { prompt, completion, cached, reasoning } = sharedUsage(reply);
  const finishReason = reasons[reply.finishReason] ?? reply.finishReason.toUpperCase();
  return {
    candidates: [
      { content: { role: "model", parts: said }, index: 0, ...(isLast && { finishReason }) },
    ],
    modelVersion: reply.model,
    responseId: reply.id,
    ...(isLast && {
      // What was thought is counted apart from what was said.
      usageMetadata: {
        promptTokenCount: prompt,
        candidatesTokenCount: completion - reasoning,
        thoughtsTokenCount: reasoning,
        cachedContentTokenCount: cached,
        totalTokenCount: prompt + completion,
      },
    }),
  };
}
