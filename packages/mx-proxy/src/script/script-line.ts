import * as z from "zod";

const oneOrMore = <T extends z.ZodType>(one: T) => z.union([one, z.array(one).min(1)]);

/** A model that the script serves. */
export const ModelLine = z.strictObject({
  model: z.string().min(1).describe("model id that /v1/models lists"),
  note: z.string().optional().describe("for readers; not used"),
});

/** What the script says in one turn of one task. */
export const AnswerLine = z.strictObject({
  task: z
    .string()
    .min(1)
    .describe("task id; `*`: any task that has no line of its own for this turn"),
  turn: z.int().positive().describe("which reply of the conversation, from 1"),
  prompt: z
    .string()
    .min(1)
    .optional()
    .describe(
      "text in the first user message that names this task, for calls that do not name one",
    ),
  when: z
    .strictObject({
      trial: oneOrMore(z.int().nonnegative()).optional().describe("only in these trials, from 0"),
      attempt: oneOrMore(z.int().nonnegative())
        .optional()
        .describe("only in these attempts, from 0"),
      model: oneOrMore(z.string()).optional().describe("only where these models are asked"),
      contains: z.string().optional().describe("only where the last message has this text in it"),
      tool: z.string().min(1).optional().describe("only where the request offers this tool"),
    })
    .optional(),
  content: z.string().optional().describe("text of the reply, or of the error"),
  reasoning: z.string().optional().describe("reasoning of the reply (`reasoning_content`)"),
  tool_calls: z
    .array(
      z.strictObject({
        name: z.string().min(1).describe("tool"),
        arguments: z.record(z.string(), z.json()).describe("its arguments"),
      }),
    )
    .min(1)
    .optional()
    .describe("tools that the reply calls"),
  finish_reason: z.string().optional().describe("default: `tool_calls` or `stop`"),
  usage: z
    .looseObject({ prompt_tokens: z.int().nonnegative(), completion_tokens: z.int().nonnegative() })
    .optional()
    .describe("usage of the reply, as it is; default: counted by words, and said so"),
  delay_ms: z.int().nonnegative().optional().describe("waits before the reply begins"),
  status: z
    .int()
    .min(400)
    .max(599)
    .optional()
    .describe("answers with this HTTP status and an error"),
  headers: z
    .record(z.string().regex(/^[\w-]+$/), z.string().regex(/^[\x20-\x7e]*$/))
    .optional()
    .describe("further headers of the reply"),
  hang: z.boolean().optional().describe("never answers"),
  truncate: z.boolean().optional().describe("breaks off in the middle of the reply"),
});
export type AnswerLine = z.infer<typeof AnswerLine>;
