import type { RecordName } from "./record-types.ts";

/** True: the schema accepts the value. False: the schema has the last word. */
export type QuickCheck = (value: unknown) => boolean;

/**
 * Predicates that are generated from the schemas (scripts/quick-check.ts), each loaded when it is asked for. They take
 * a microsecond, and spare a program that meets good records the making of all schemas. None for `task`, whose
 * schema knows more than JSON Schema can say.
 */
export const quickChecks: Readonly<Record<Exclude<RecordName, "task">, () => Promise<QuickCheck>>> =
  {
    endpoint: async () => (await import("./quick/endpoint.ts")).accepts,
    run: async () => (await import("./quick/run.ts")).accepts,
    planned: async () => (await import("./quick/planned.ts")).accepts,
    trial: async () => (await import("./quick/trial.ts")).accepts,
    "scored-trial": async () => (await import("./quick/scored-trial.ts")).accepts,
    summary: async () => (await import("./quick/summary.ts")).accepts,
    comparison: async () => (await import("./quick/comparison.ts")).accepts,
    attribution: async () => (await import("./quick/attribution.ts")).accepts,
    plan: async () => (await import("./quick/plan.ts")).accepts,
    finding: async () => (await import("./quick/finding.ts")).accepts,
    resource: async () => (await import("./quick/resource.ts")).accepts,
    check: async () => (await import("./quick/check.ts")).accepts,
    request: async () => (await import("./quick/request.ts")).accepts,
    mcp_call: async () => (await import("./quick/mcp_call.ts")).accepts,
    server: async () => (await import("./quick/server.ts")).accepts,
    cell: async () => (await import("./quick/cell.ts")).accepts,
  };
