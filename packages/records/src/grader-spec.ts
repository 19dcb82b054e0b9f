import * as z from "zod";

const common = {
  name: z
    .string()
    .min(1)
    .optional()
    .describe("name of its score; default: the kind, numbered where a kind comes twice"),
  weight: z
    .number()
    .positive()
    .optional()
    .describe("share in the reward, relative to the others; default 1"),
};

const target = z.string().optional().describe("the expected answer; default: the trial's `target`");
const ignoreCase = z.boolean().optional().describe("true: compare without regard to case");

const EqualsGrader = z.object({
  kind: z.literal("equals").describe("the answer, but for white space at both ends, is the target"),
  ...common,
  target,
  ignore_case: ignoreCase,
});

const ContainsGrader = z.object({
  kind: z.literal("contains").describe("the answer has the target in it"),
  ...common,
  target,
  ignore_case: ignoreCase,
});

const RegexGrader = z.object({
  kind: z.literal("regex").describe("the answer matches a JavaScript regular expression (flag u)"),
  ...common,
  pattern: z.string().min(1).describe("the regular expression"),
  ignore_case: ignoreCase,
  group: z
    .int()
    .nonnegative()
    .optional()
    .describe("what this group of the last match holds has to be the target; default: any match"),
  target,
});

const JsonEqualsGrader = z.object({
  kind: z.literal("json_equals").describe("the answer is JSON of the target's value"),
  ...common,
  target: z.json().optional().describe("the expected value; default: the trial's `target`, parsed"),
  pointer: z
    .string()
    .optional()
    .describe("JSON Pointer (RFC 6901) of the part to compare; default: all"),
});

const JsonSchemaGrader = z.object({
  kind: z.literal("json_schema").describe("the answer is JSON that a JSON Schema accepts"),
  ...common,
  schema: z
    .union([z.record(z.string(), z.unknown()), z.boolean()])
    .describe("the schema, draft 2020-12 or draft 7"),
});

const NumericGrader = z.object({
  kind: z.literal("numeric").describe("the last number in the answer is the target's"),
  ...common,
  target,
  absolute: z.number().nonnegative().optional().describe("allowed difference; default 0"),
  relative: z
    .number()
    .nonnegative()
    .optional()
    .describe("allowed difference as a share of the target; default 0. Either one suffices"),
});

const ChoiceGrader = z.object({
  kind: z.literal("choice").describe("the answer picks the target's letter of several choices"),
  ...common,
  target,
  choices: z
    .string()
    .regex(/^[A-Z]{2,26}$/)
    .optional()
    .describe("letters that can be picked; default ABCD"),
});

const AnswerGrader = z.object({
  kind: z
    .literal("answer")
    .describe(
      "what is in the last \\boxed{}, else what the last `answer:` line says, is the target",
    ),
  ...common,
  target,
});

const AgentExitGrader = z.object({
  kind: z.literal("agent_exit").describe("the agent's own exit status"),
  ...common,
  expect: z.int().min(0).max(255).optional().describe("the status that passes; default 0"),
});

const CommandGrader = z.object({
  kind: z
    .literal("command")
    .describe("a program in any language: the trial record on stdin, a score on stdout"),
  ...common,
  command: z
    .union([z.string().min(1), z.array(z.string()).min(1)])
    .describe("a shell command line, or an argument vector; runs on this machine, unisolated"),
  timeout_ms: z
    .int()
    .positive()
    .optional()
    .describe("limit in ms, after which the score is unknown; default 60000"),
});

const JudgeGrader = z.object({
  kind: z.literal("judge").describe("a model that grades by a rubric"),
  ...common,
  rubric: z.string().min(1).describe("what to judge by, for the model"),
  model: z.string().min(1).describe("the model that judges"),
  votes: z
    .int()
    .positive()
    .optional()
    .describe(
      "how often it is asked; the score is the mean of the votes that can be read; default 1",
    ),
  trajectory: z
    .boolean()
    .optional()
    .describe("true: the judge reads the trajectory, not only the answer"),
  target,
});

/**
 * One way to grade a trial from its record, as a task's `checks` or a flag of mx-score states it. Read by
 * mx-score. Unlike the checks that mx-sandbox runs, it needs no sandbox and can be applied again later.
 */
export const GraderSpec = z.discriminatedUnion("kind", [
  EqualsGrader,
  ContainsGrader,
  RegexGrader,
  JsonEqualsGrader,
  JsonSchemaGrader,
  NumericGrader,
  ChoiceGrader,
  AnswerGrader,
  AgentExitGrader,
  CommandGrader,
  JudgeGrader,
]);
export type GraderSpec = z.infer<typeof GraderSpec>;
export type GraderKind = GraderSpec["kind"];
