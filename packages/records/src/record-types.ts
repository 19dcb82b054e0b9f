import type * as z from "zod";
import { Attribution } from "./attribution.ts";
import { Cell } from "./cell.ts";
import { Comparison } from "./comparison.ts";
import { DoctorCheck } from "./doctor-check.ts";
import { Endpoint } from "./endpoint.ts";
import { Finding } from "./finding.ts";
import { McpCall } from "./mcp-call.ts";
import { Plan } from "./plan.ts";
import { Planned } from "./planned.ts";
import { Request } from "./request.ts";
import { Resource } from "./resource.ts";
import { Run } from "./run.ts";
import { Server } from "./server.ts";
import { Summary } from "./summary.ts";
import { Task } from "./task.ts";
import { ScoredTrial, Trial } from "./trial.ts";

/** Every record schema by name. `trial` and `scored-trial` share the type `trial`. */
export const recordTypes = {
  task: Task,
  endpoint: Endpoint,
  run: Run,
  planned: Planned,
  trial: Trial,
  "scored-trial": ScoredTrial,
  summary: Summary,
  comparison: Comparison,
  attribution: Attribution,
  plan: Plan,
  finding: Finding,
  resource: Resource,
  check: DoctorCheck,
  request: Request,
  mcp_call: McpCall,
  server: Server,
  cell: Cell,
} as const satisfies Record<string, z.ZodType>;

export type RecordName = keyof typeof recordTypes;
