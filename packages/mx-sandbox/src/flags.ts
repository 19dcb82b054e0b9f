import * as z from "zod";
import { containerFlags } from "./container-flags.ts";
import { modalFlags } from "./modal-flags.ts";

const mib = (what: string) =>
  z
    .number()
    .positive()
    .describe(what.replace(/;|$/, (end) => `, in MiB${end}`));

/** What mx-sandbox can be told. The names of the script that it takes the place of are kept. */
export const flags = z.object({
  prompt: z.string().min(1).optional().describe("one task: this prompt"),
  batch: z.string().min(1).optional().describe("file of tasks: a JSON array, or NDJSON"),
  tasks: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "folder of Harbor's tasks, or .jsonl file of SWE-bench's rows; may be repeated: see `mx-sandbox tasks`",
    ),
  model: z
    .array(z.string().min(1))
    .default([])
    .describe("model to ask for; several give several arms of the run"),
  trials: z.int().positive().default(1).describe("trials per task and model"),
  parallel: z.int().positive().default(4).describe("sandboxes at the same time"),
  maxTurns: z.int().positive().default(10).describe("turn limit; a task's own max_turns wins"),
  timeout: z
    .number()
    .positive()
    .default(600)
    .describe("seconds for the agent; a task's own timeout_ms wins"),
  apiUrl: z.string().optional().describe("model API, OpenAI-compatible; default: $OPENAI_BASE_URL"),
  apiKeyEnv: z
    .string()
    .default("OPENAI_API_KEY")
    .describe("NAME of the variable that holds the API's key"),
  requestTimeout: z
    .number()
    .positive()
    .default(600)
    .describe("seconds of silence after which mx-agent gives up a model call"),
  callRetries: z
    .int()
    .min(0)
    .default(4)
    .describe("how often mx-agent tries a failed model call again"),
  temperature: z.number().min(0).optional().describe("sampling temperature; default: the server's"),
  topP: z.number().min(0).max(1).optional().describe("nucleus sampling; default: the server's"),
  maxTokens: z
    .int()
    .positive()
    .optional()
    .describe("longest reply in tokens; default: the server's"),
  seed: z.int().optional().describe("seed; trial t is asked with seed + t"),
  backend: z
    .enum(["local", "process", "container", "modal", "slurm"])
    .default("local")
    .describe(
      "where trials run: local (bubblewrap), container (docker, podman), modal (the cloud), slurm (a cluster), or process (NO isolation)",
    ),
  network: z
    .enum(["none", "model", "full"])
    .optional()
    .describe("what a sandbox can reach; default: model, or none where the agent uses no model"),
  mount: z
    .array(z.string().min(1))
    .default([])
    .describe("host folder that sandboxes may read, at the same path"),
  image: z
    .string()
    .min(1)
    .optional()
    .describe("image of tasks that name none, for backends that have images"),
  cpu: z
    .number()
    .positive()
    .optional()
    .describe("cores of a sandbox, for containers and backends in the cloud"),
  gpu: z
    .string()
    .min(1)
    .optional()
    .describe("such as H100 or A100-80GB:2, for backends in the cloud"),
  memory: mib("memory of a sandbox; default: what its task says, else 2048").optional(),
  disk: mib(
    "what a sandbox may write to its folders; default: what its task says, else 1024",
  ).optional(),
  maxOutput: mib("what an agent may print").default(64),
  processes: z.int().positive().default(256).describe("processes and threads in a sandbox"),
  openFiles: z.int().positive().default(1024).describe("open files of a process"),
  retries: z
    .int()
    .min(0)
    .default(2)
    .describe("further attempts after an infrastructure failure; results are never tried again"),
  retryDelay: z
    .number()
    .min(0)
    .default(1)
    .describe("seconds before the first further attempt; grows fourfold, with jitter"),
  budgetUsd: z
    .number()
    .positive()
    .max(4000)
    .optional()
    .describe("USD that the model calls of this command may cost; what is not run then stays owed"),
  budgetTokens: z
    .int()
    .positive()
    .optional()
    .describe("tokens that its model calls may use, in and out; what is not run then stays owed"),
  trialBudgetUsd: z
    .number()
    .positive()
    .max(4000)
    .optional()
    .describe("USD that the model calls of each trial may cost, over all of its attempts"),
  trialBudgetTokens: z
    .int()
    .positive()
    .optional()
    .describe("tokens that the model calls of each trial may use, in and out"),
  prices: z
    .string()
    .min(1)
    .optional()
    .describe("JSON file of model prices, before those that mx-proxy knows"),
  resume: z
    .string()
    .min(1)
    .optional()
    .describe("run id, unique prefix, `last`, or a file of trials: do only what is still owed"),
  agent: z
    .string()
    .min(1)
    .default("mx-agent")
    .describe("agent: a name that `mx-sandbox agents` lists, or a YAML file of one's own"),
  agentFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      "file that every sandbox gets, whose path is {agent} in ARGV: see scripts/build-agent",
    ),
  promptPrefix: z.string().min(1).optional().describe("text before the prompt of every task"),
  skillsDir: z
    .array(z.string().min(1))
    .default([])
    .describe("folder of skills that the agent gets, as {skills_dir} in ARGV; may be repeated"),
  mcpConfig: z
    .string()
    .min(1)
    .optional()
    .describe("JSON file of MCP servers that the agent gets, as {mcp_config} in ARGV"),
  mcpHost: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "NAME of a server of --mcp-config that is outside the sandbox, behind mx-proxy, which records its calls; may be repeated",
    ),
  ab: z
    .boolean()
    .default(false)
    .describe("arms without and with --skills-dir and --mcp-config: baseline, skills, skills+mcp"),
  variant: z
    .array(z.string().min(1))
    .default([])
    .describe("NAME:FLAGS of an arm, such as 'warm:--temperature 1'; FLAGS may end with -- ARGV"),
  preflight: z
    .boolean()
    .default(false)
    .describe(
      "ask no model unless each task's solution passes its checks, and doing nothing does not",
    ),
  ...containerFlags,
  ...modalFlags,
  slurm: z
    .record(z.string(), z.string())
    .default({})
    .describe(
      "option of sbatch, as --slurm.partition=main; mx's own: setup, shards, elements, backend, export",
    ),
  runId: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/)
    .optional()
    .describe("name of the run; default: made from the time"),
  dryRun: z
    .boolean()
    .default(false)
    .describe("check the tasks, say what would run, and run nothing"),
});
export type Flags = z.infer<typeof flags>;
