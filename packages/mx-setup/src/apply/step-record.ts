import type { Resource } from "@mx/records";
import type { Step } from "../plan/plan.ts";

/** A step as a record: what will be done, or what was. */
export function stepRecord(step: Step, environment: string): Resource {
  const keys = step.kind === "secret" ? step.keys.filter(({ change }) => change !== "none") : null;
  return {
    type: "resource",
    version: 1,
    kind: step.kind,
    name: step.name,
    ...(step.kind === "environment" ? {} : { environment }),
    action: step.action,
    ...(keys === null ? {} : { keys: keys.map(({ key }) => key) }),
    ...(step.reason === undefined ? {} : { reason: step.reason }),
  };
}
