import * as z from "zod";
import { Equipment } from "./equipment.ts";

/** A resource limit of the run's sandboxes, and what holds it. */
const Limit = z.object({
  value: z
    .number()
    .nonnegative()
    .nullable()
    .describe("the limit in the unit of its name; null: none"),
  enforced_by: z
    .string()
    .nullable()
    .describe(
      "cgroup-v1, cgroup-v2, rlimit (per process), watch (polled), clock, modal, the container engine, node (its backend says how); null: not enforced here",
    ),
});
export type Limit = z.infer<typeof Limit>;

/** The program that drives the model. */
const Agent = z.object({
  name: z.string().describe("mx-agent, or the program's name"),
  digest: z
    .string()
    .nullable()
    .describe("SHA-256, hex, of the agent's file; null: not a file of ours"),
  argv: z.array(z.string()).optional().describe("the command after `--`, with its placeholders"),
});

const Sampling = z.object({
  temperature: z.number().nullable().describe("null: left to the server"),
  top_p: z.number().nullable().describe("null: left to the server"),
  max_tokens: z.int().positive().nullable().describe("per reply; null: left to the server"),
  seed: z.int().nullable().describe("base seed; null: none is sent"),
});

/** One arm of a run: what `variant` stands for in its trials. */
const RunArm = z.object({
  variant: z.string().min(1).describe("name of the arm"),
  models: z.array(z.string().nullable()).describe("models asked for in this arm"),
  agent: Agent.describe("the program that drives the model in this arm"),
  sampling: Sampling.describe("sampling settings of this arm"),
  equipment: Equipment.optional().describe("what its agent is given besides; absent: nothing"),
  flags: z.string().optional().describe("FLAGS of --variant"),
});
export type RunArm = z.infer<typeof RunArm>;

/**
 * The manifest of a run: what was asked for, with what, where.
 *
 * Written by mx-sandbox as its first line, and again as its last with `ended_at`, `state` and the final
 * counts. Read by mx-score (what was planned) and mx-results.
 */
export const Run = z.object({
  type: z.literal("run").describe("the record type"),
  version: z.literal(1).describe("version of this record type"),
  run_id: z.string().min(1).describe("sorts by time: YYYYMMDD-HHMMSS-xxxx, UTC"),
  state: z
    .enum(["running", "done", "incomplete", "cancelled"])
    .describe("running in the first line"),
  started_at: z.iso
    .datetime()
    .nullable()
    .describe("when the run was first started, UTC; null: not known, of imported results"),
  ended_at: z.iso.datetime().optional().describe("when it last ended, UTC"),
  command: z.array(z.string()).describe("the command line; never holds a secret"),
  versions: z.record(z.string(), z.string()).describe("mx, node, kernel, bubblewrap, …"),
  git_commit: z
    .string()
    .nullable()
    .describe("HEAD of the repository it was started in; null: none"),
  agent: Agent.describe("the program that drives the model; of the first arm, where they differ"),
  backend: z.string().describe("where the sandboxes run"),
  endpoint: z
    .string()
    .nullable()
    .describe("base URL of the model API, without credentials; null: none"),
  models: z
    .array(z.string().nullable())
    .describe("models asked for; [null] where the agent uses none"),
  variants: z.array(z.string()).describe("arms"),
  arms: z
    .array(RunArm)
    .optional()
    .describe("what each of `variants` is; absent: one arm, of which the run says all"),
  sampling: Sampling.describe("sampling settings that are part of every trial's key"),
  trials: z.int().positive().describe("trials per task, model and variant"),
  task_ids: z
    .array(z.string())
    .nullable()
    .describe("ids of the tasks; null in the first line where tasks come from a stream"),
  planned: z
    .int()
    .nonnegative()
    .nullable()
    .describe(
      "tasks x models x variants x trials, or x models of each of `arms`; null while the stream of tasks has not ended",
    ),
  finished: z
    .int()
    .nonnegative()
    .optional()
    .describe("trials that have a result, in the last line"),
  owed: z
    .int()
    .nonnegative()
    .nullable()
    .optional()
    .describe("trials without a result, in the last line"),
  limits: z
    .record(z.string(), Limit)
    .describe("wall_ms, memory_bytes, processes, open_files, output_bytes, workspace_bytes"),
  network: z.enum(["none", "model", "full"]).describe("what a sandbox can reach"),
  fingerprint: z
    .string()
    .length(64)
    .describe(
      "SHA-256, hex, of agent, models, sampling, variants, network, limits, backend, cores, GPU and image set-up",
    ),
});
export type Run = z.infer<typeof Run>;
