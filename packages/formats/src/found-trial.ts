import type { Fault, Grader, Outcome, Trial, Usage } from "@mx/records";
import type { FormatName } from "./format-names.ts";
import type { JsonObject } from "./json-value.ts";

/** A judgement as a format's file has it. */
export interface FoundScore {
  /** As it is there; NaN and what is no number count as null: could not be made. */
  value: number | null;
  /** Why, for a person. */
  explanation?: string;
  /** What made it, where the file says; default: the score's name, version `unknown`. */
  grader?: Grader;
}

/** What a format knows of one trial. What is left out is unknown. */
export interface FoundTrial {
  from: FormatName;
  /** From `importedRunId`. */
  runId: string;
  taskId: string;
  /**
   * The task's content as far as the file has it, any JSON: its digest becomes `task_digest` and part of the key.
   */
  task?: unknown;
  /** SHA-256, hex, of the task's content, in the place of `task`. */
  taskDigest?: string;
  /** False where only some rows of the format hold the task, so that it cannot be part of the key. */
  taskInKey?: boolean;
  /** The model that was asked for; ReadOptions.model wins. */
  model?: string | null;
  /** The arm, where the file itself has several; wins over ReadOptions.variant. */
  variant?: string;
  /** What else was asked: sampling, agent, user model. Any JSON; part of the key. */
  settings?: unknown;
  /** What the file tells of the task that the trajectory does not; default: `task`, where it is an object. */
  meta?: JsonObject;
  /** Which go at the task, from 0. */
  trial: number;
  /** False where it may be another number when the same results are read again; `seed` has to tell trials apart then. */
  trialInKey?: boolean;
  attempt?: number;
  /** Seed of this trial; part of the key. */
  seed?: string | number | null;
  outcome: Outcome;
  fault?: Fault;
  /** The conversation in OpenAI's form: see toTrajectory. Not needed where there is none. */
  messages?: readonly unknown[];
  /** Name of the agent, for the trajectory; default: the format's name. */
  agent?: string;
  /** A trajectory that is ATIF already, in the place of `messages`. */
  trajectory?: Record<string, unknown>;
  /** What else is known of the conversation: goes into `extra` of the trajectory that `messages` give. */
  trajectoryExtra?: Record<string, unknown>;
  /** The final answer; default: the text of the last assistant message that has any, else "". */
  output?: string;
  usage?: Partial<Usage>;
  costUsd?: number | null;
  /** Model replies; default: the assistant messages of `messages`. */
  turns?: number | null;
  exitCode?: number | null;
  /** Anything that isoTime takes. */
  startedAt?: unknown;
  timeMs?: Partial<Trial["time_ms"]>;
  finishReason?: string | null;
  image?: string;
  servedModel?: string | null;
  target?: string;
  cluster?: string;
  scores: Record<string, FoundScore>;
  /** By the format's own rule; null: not scored. Is null in any case where the outcome is no result. */
  reward: number | null;
}
