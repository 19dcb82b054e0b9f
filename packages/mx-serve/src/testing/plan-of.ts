import type { Selection } from "../plan/choose.ts";
import { planServer, type PlanRequest } from "../plan/plan-server.ts";
import type { Overrides } from "../plan/sections.ts";
import type { ServerPlan } from "../server-plan.ts";

/** The plan of a model or a selection, on Modal, with the shipped registry only. */
export function planOf(
  selection: Selection | string,
  overrides: Overrides = {},
  more: Partial<PlanRequest> = {},
): Promise<ServerPlan> {
  return planServer({
    selection: typeof selection === "string" ? { model: selection } : selection,
    overrides,
    where: "modal",
    env: { MX_HOME: "/nonexistent" },
    ...more,
  });
}
