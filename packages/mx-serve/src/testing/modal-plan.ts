import { createHash } from "node:crypto";
import type { ServerPlan } from "../server-plan.ts";

/** Changes to the plan of a test. */
export type PlanChanges = Partial<Omit<ServerPlan, "record" | "infra">> & {
  record?: Partial<ServerPlan["record"]>;
  infra?: Partial<ServerPlan["infra"]>;
};

/** A plan for Modal with what most servers have; its digest follows from what is changed. */
export function modalPlan({ record, infra, ...rest }: PlanChanges = {}): ServerPlan {
  const digest = createHash("sha256")
    .update(JSON.stringify([record, infra, rest]))
    .digest("hex");
  return {
    probe: { kind: "models", model: "tiny" },
    port: null,
    startupTimeoutMs: 600_000,
    files: {},
    needs: null,
    packages: [],
    apiPath: "/v1",
    ...rest,
    record: {
      type: "server",
      version: 1,
      name: `tiny-${digest.slice(0, 10)}`,
      digest,
      engine: "command",
      where: "modal",
      model: "tiny",
      argv: ["serve", "--port", "{port}"],
      env: {},
      secrets: [],
      image: null,
      gpu: null,
      fit: null,
      price_usd_per_hour: null,
      config: {},
      sampling: {},
      ...record,
    },
    infra: {
      timeout_s: 3600,
      scaledown_window_s: 300,
      max_concurrent_inputs: 32,
      min_containers: 0,
      volumes: {},
      modal_secrets: [],
      ...infra,
    },
  };
}
