import * as z from "zod";
import { Artifact } from "./artifact.ts";
import { CheckResult } from "./check-result.ts";
import { Fault } from "./fault.ts";
import { GraderSpec } from "./grader-spec.ts";
import { Outcome } from "./outcome.ts";
import { Score } from "./score.ts";
import { Usage } from "./usage.ts";

const ms = (what: string) =>
  z.number().nonnegative().nullable().describe(`${what}, in ms; null: unknown`);

/** Where the time of an attempt went. */
const TimeMs = z.object({
  queue: ms("from taking the task to starting its sandbox"),
  sandbox: ms("creating the sandbox, putting files in and running `setup`"),
  agent: ms("the agent's wall clock"),
  model: ms("model calls, as the proxy measured them, a part of `agent`"),
  grade: ms("running the checks"),
});

/**
 * One attempt at one trial of one task by one agent and model.
 *
 * Written by mx-sandbox (and by importers), read by mx-score and mx-results. An attempt that could not finish
 * is still a record: `outcome` says how it ended, `fault` says why, and `output` holds whatever there was.
 */
export const Trial = z.object({
  type: z.literal("trial").describe("the record type"),
  version: z.literal(1).describe("version of this record type"),
  key: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe(
      "SHA-256, hex, of what was asked: task, agent, model, sampling, variant, trial index",
    ),
  run_id: z.string().min(1).describe("the run that made this attempt"),
  task_id: z.string().min(1).describe("the task's id"),
  task_digest: z
    .string()
    .length(64)
    .optional()
    .describe(
      "SHA-256, hex, of the task's content, and of --modal-setup where that is given: two arms ran the same task where it is equal",
    ),
  image: z.string().optional().describe("image of the sandbox, where it has one"),
  cluster: z.string().optional().describe("copied from the task"),
  tags: z.array(z.string()).optional().describe("copied from the task"),
  meta: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("copied from the task; of an imported trial: what its file tells of the task"),
  target: z.string().optional().describe("copied from the task, for graders that compare outputs"),
  variant: z.string().min(1).describe("the arm of an A/B; `baseline` where there is only one"),
  model: z.string().nullable().describe("the model that was asked for; null: the agent uses none"),
  served_model: z
    .string()
    .nullable()
    .optional()
    .describe("the model as the endpoint names it in its replies; null: not known"),
  trial: z.int().min(0).max(999_999).describe("which go at the task, from 0"),
  attempt: z
    .int()
    .nonnegative()
    .describe("which try at this trial, from 0; more than one only after infra_error"),
  outcome: Outcome,
  exit_code: z
    .int()
    .nullable()
    .optional()
    .describe(
      "the agent's exit status; 128+n after signal n; null: it never ran or was ended from outside",
    ),
  output: z
    .string()
    .describe(
      "the agent's final answer (its stdout), masked, cut at a limit; whole in artifacts.stdout then",
    ),
  output_bytes: z.int().nonnegative().optional().describe("size of the whole final answer"),
  finish_reason: z
    .string()
    .nullable()
    .optional()
    .describe("why the last model reply ended: stop, length, tool_calls, …; null: not known"),
  graders: z
    .array(GraderSpec)
    .optional()
    .describe("checks of the task that mx-score applies; copied from the task"),
  checks: z
    .array(CheckResult)
    .optional()
    .describe("what the task's checks found; absent where none were run"),
  usage: Usage.describe("tokens of all model calls of this attempt"),
  cost_usd: z.number().nonnegative().nullable().describe("price of the calls; null: unknown"),
  turns: z
    .int()
    .nonnegative()
    .nullable()
    .optional()
    .describe("model replies, as the agent counts; null: unknown"),
  started_at: z.iso
    .datetime()
    .nullable()
    .describe("when the sandbox was asked for, UTC; null: not known, of an imported trial"),
  time_ms: TimeMs.describe("where the time went"),
  backend: z
    .string()
    .describe(
      "where the sandbox ran: local, process, container, modal, slurm; else whose result it is",
    ),
  sandbox_id: z
    .string()
    .nullable()
    .describe("the backend's name of the sandbox; null: none was made"),
  artifacts: z
    .record(z.string(), Artifact)
    .describe("files kept for this attempt: stdout, stderr, trajectory"),
  trajectory: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("ATIF v1.7, of an imported trial; of others it is in artifacts.trajectory"),
  fault: Fault.optional().describe(
    "why the attempt is not `completed`; absent where nothing is wrong",
  ),
});
export type Trial = z.infer<typeof Trial>;

/** A trial with its judgements. Written by mx-score: the trial's own line with three fields more. */
export const ScoredTrial = Trial.extend({
  scores: z.record(z.string(), Score).describe("one judgement per grader, by grader name"),
  reward: z
    .number()
    .nullable()
    .describe("the number that counts, from the graders; null: not scored"),
  passed: z.boolean().nullable().describe("reward >= the pass threshold; null: not scored"),
});
export type ScoredTrial = z.infer<typeof ScoredTrial>;
