import { defineCommand } from "@mx/cli";
import * as z from "zod";

const flags = z.object({
  promptFile: z.string().min(1).optional().describe("file with the prompt"),
  messagesFile: z
    .string()
    .min(1)
    .optional()
    .describe("JSON array of chat messages to go on from; a prompt, where given, comes after them"),
  model: z.string().min(1).optional().describe("model to ask; default: $EVAL_MODEL"),
  maxTurns: z
    .int()
    .positive()
    .default(100)
    .describe("most replies of the model; in a session, to each message"),
  maxTokens: z.int().positive().optional().describe("most tokens of one reply"),
  tokenLimit: z
    .int()
    .positive()
    .optional()
    .describe("most tokens, in and out, of all replies together; reaching it is a failure"),
  temperature: z.number().min(0).optional().describe("sent only when given"),
  topP: z.number().min(0).max(1).optional().describe("sent only when given"),
  seed: z.int().optional().describe("sent only when given"),
  reasoningEffort: z
    .string()
    .regex(/^[a-z]+$/)
    .optional()
    .describe("minimal, low, medium, high, or what else the model takes; sent only when given"),
  api: z
    .enum(["chat", "responses"])
    .default("chat")
    .describe(
      "API to ask the model by: chat completions, or responses, which keeps reasoning between turns",
    ),
  toolCalls: z
    .enum(["native", "text"])
    .default("native")
    .describe("text: for models without tool calls of their own; they write them into their reply"),
  skillsDir: z
    .array(z.string().min(1))
    .default([])
    .describe("folder with skills, as .claude/skills/*/SKILL.md or */SKILL.md; may be repeated"),
  mcpConfig: z
    .string()
    .min(1)
    .optional()
    .describe("JSON file with the MCP servers to use, by name, alone or as mcpServers"),
  mcpStartTimeout: z
    .number()
    .positive()
    .max(100_000)
    .default(60)
    .describe("seconds that an MCP server may take until it has said what its tools are"),
  mcpCallTimeout: z
    .number()
    .positive()
    .max(100_000)
    .default(300)
    .describe("seconds that one call of an MCP tool may take"),
  session: z
    .boolean()
    .default(false)
    .describe("answer one message after another: NDJSON on stdin, one line per answer on stdout"),
  stream: z.boolean().default(true).describe("ask for streamed replies"),
  trajectory: z.string().min(1).optional().describe("file for the trajectory, ATIF v1.7"),
  report: z.string().min(1).optional().describe("file for the outcome, turns and usage, JSON"),
  requestTimeout: z
    .number()
    .positive()
    .max(1_000_000)
    .default(600)
    .describe(
      "seconds that the server may be silent, without one byte, before the request counts as failed",
    ),
  retries: z
    .int()
    .nonnegative()
    .max(100)
    .default(4)
    .describe("further tries of a request that failed in a way that may pass"),
  cwd: z.string().min(1).default(".").describe("folder to work in"),
});
export type Flags = z.infer<typeof flags>;

/** mx-agent as data. */
export const command = defineCommand({
  name: "mx-agent",
  summary: "Carry out one task with a model and the tools Bash, Read, Write, Edit, Glob and Grep.",
  description:
    "The model is asked through the OpenAI API that OPENAI_BASE_URL, OPENAI_API_KEY and " +
    "EVAL_MODEL name. Its last reply goes to stdout. The exit status is 0 when the agent is done, 1 when it " +
    "failed, 3 when it reached --max-turns, 65 when a skill or a line of a session is none, and 69 when the " +
    "model or an MCP server could not be reached or stopped answering.",
  flags,
  positionals: [
    {
      name: "prompt",
      describe: "what to do; default: what --prompt-file, --messages-file or stdin say",
    },
  ],
  examples: [
    ['mx-agent "Which of the files here is the largest?"', "a prompt as an argument"],
    [
      "mx-agent --max-turns 20 --trajectory out.json < task.md",
      "a prompt on stdin; keep the trajectory",
    ],
  ],
  async run(_, given, context) {
    // Loaded here, because --help must not pay for it.
    const { runAgent } = await import("./run-agent.ts");
    return runAgent(given, context);
  },
});
