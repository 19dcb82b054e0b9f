import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";
import type { Run } from "./run.ts";
import type { Task } from "./task.ts";

/** SHA-256, hex, of a text or of bytes. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** The agent as a key sees it: its name, what it is made of, and how it is called. */
export interface AgentIdentity {
  name: string;
  digest: string | null;
  argv?: string[] | undefined;
  /** Settings that change what the agent does: turn limit, token limits, … */
  settings: Record<string, string | number | boolean | string[] | null | undefined>;
}

/** What is asked of one trial. */
export interface Asked {
  task: Task;
  agent: AgentIdentity;
  model: string | null;
  sampling: Run["sampling"];
  variant: string;
  trial: number;
}

/**
 * SHA-256, hex, of a task's content: all of it but `tags`, `cluster`, `meta` and `solution`, which describe the
 * task and do not change what is asked. Fields that mx does not know count as content.
 */
export function taskDigest(task: Task): string {
  const { tags: _tags, cluster: _cluster, meta: _meta, solution: _solution, ...content } = task;
  return sha256(canonicalJson(content));
}

/**
 * A trial's key: SHA-256, hex, over the task's content, agent, model, sampling, variant and trial index.
 * Equal keys are the same question, wherever and whenever it is asked; that is how runs resume and merge.
 */
export function trialKey(asked: Asked, digest: string = taskDigest(asked.task)): string {
  const { agent, model, sampling, variant, trial } = asked;
  return sha256(canonicalJson({ task: digest, agent, model, sampling, variant, trial }));
}
