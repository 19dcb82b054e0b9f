import type {
  AnyRecord,
  Finding,
  McpCall,
  Request,
  Run,
  ScoredTrial,
  Summary,
  Trial,
} from "@mx/records";

interface Types {
  run: Run;
  /** The fields of a scored trial are there once it has been through mx-score. */
  trial: Trial & Partial<Pick<ScoredTrial, "scores" | "reward" | "passed">>;
  summary: Summary;
  finding: Finding;
  request: Request;
  mcp_call: McpCall;
}

/** A trial as the store has it: scored or not. */
export type StoredTrial = Types["trial"];

/** Narrows a record that was checked against the schema of its type when it was read. */
export function isType<T extends keyof Types>(
  record: AnyRecord,
  type: T,
): record is AnyRecord & Types[T] {
  return record.type === type;
}
