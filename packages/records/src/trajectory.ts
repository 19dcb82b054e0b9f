import * as z from "zod";

/*
 * ATIF v1.7, as far as mx writes it: Harbor's RFC 0001 without images, subagents, token ids and costs.
 * Strict, so that a field that the format does not have is noticed by the tests.
 */

const extra = z.record(z.string(), z.unknown()).optional();
const count = z.int().nonnegative().optional();

const ToolCall = z.strictObject({
  tool_call_id: z.string().min(1).describe("as the model's server named it"),
  function_name: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  extra,
});

const ObservationResult = z.strictObject({
  source_call_id: z
    .string()
    .optional()
    .describe("the call in the same step that this is the result of"),
  content: z.string().describe("what the model got to read"),
  extra,
});

const Metrics = z.strictObject({
  prompt_tokens: count.describe("cached ones included"),
  completion_tokens: count.describe("reasoning included"),
  cached_tokens: count,
  extra,
});

/** One message, or one turn of the agent with its calls and their results. */
export const TrajectoryStep = z.strictObject({
  step_id: z.int().min(1).describe("1, 2, 3, … without gaps"),
  timestamp: z.iso.datetime().optional(),
  source: z.enum(["system", "user", "agent"]),
  model_name: z.string().optional().describe("as the server names it, where that is another name"),
  message: z.string(),
  reasoning_content: z.string().optional(),
  tool_calls: z.array(ToolCall).optional(),
  observation: z.strictObject({ results: z.array(ObservationResult) }).optional(),
  metrics: Metrics.optional(),
  llm_call_count: z.int().nonnegative().optional(),
  is_copied_context: z.literal(true).optional().describe("a step of an earlier conversation"),
  extra,
});
export type TrajectoryStep = z.infer<typeof TrajectoryStep>;

/** The ordered messages and tool calls of one trial: the file of `artifacts.trajectory`, or `trajectory` of an imported trial. */
export const Trajectory = z.strictObject({
  schema_version: z.literal("ATIF-v1.7"),
  session_id: z.string(),
  agent: z.strictObject({
    name: z.string(),
    version: z.string(),
    model_name: z.string().optional(),
    tool_definitions: z
      .array(
        z.strictObject({
          type: z.literal("function"),
          function: z.strictObject({
            name: z.string(),
            description: z.string(),
            parameters: z.record(z.string(), z.unknown()),
          }),
        }),
      )
      .optional(),
    extra,
  }),
  steps: z.array(TrajectoryStep).min(1),
  final_metrics: z
    .strictObject({
      total_prompt_tokens: count,
      total_completion_tokens: count,
      total_cached_tokens: count,
      total_steps: z.int().nonnegative(),
      extra,
    })
    .optional(),
  extra,
});
export type Trajectory = z.infer<typeof Trajectory>;
