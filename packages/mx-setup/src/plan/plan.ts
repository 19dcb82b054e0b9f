import type { Setup } from "../file/read-setup-file.ts";
import type { PutRecord } from "../values/put-record.ts";
import type { Sources } from "../values/sources.ts";
import type { CloudState } from "./cloud-state.ts";
import { planSecret, type SecretPlan } from "./secret-plan.ts";

/** What will become of the environment, or of a volume. */
export interface ObjectPlan {
  kind: "environment" | "volume";
  name: string;
  action: "create" | "keep" | "skip";
  isOwed: boolean;
  reason: string | undefined;
  /** Of a volume; 0: as Modal makes them. */
  version: 0 | 1 | 2;
}

/** One thing that the file names, and what will become of it. */
export type Step = ObjectPlan | SecretPlan;

/** Decides about all that the file names, in the order in which it is done. Changes nothing. */
export function planSetup(
  setup: Setup,
  there: CloudState,
  values: { record: PutRecord; sources: Sources; rotating: ReadonlySet<string> },
): Step[] {
  const environment: ObjectPlan = {
    kind: "environment",
    name: setup.environment,
    action: there.isThere ? "keep" : "create",
    isOwed: false,
    reason: undefined,
    version: 0,
  };
  const context = { setup, there: there.secrets, ...values };
  const secrets = Object.keys(setup.secrets).map((name) => planSecret(name, context));
  const volumes = Object.entries(setup.volumes).map(([name, setting]): ObjectPlan => {
    const version = setting.version ?? 0;
    const plan: Omit<ObjectPlan, "action"> = {
      kind: "volume",
      name,
      isOwed: false,
      reason: undefined,
      version,
    };
    const live = there.volumes.get(name);
    if (live === undefined) return { ...plan, action: "create" };
    if (version === 0 || live.version === 0 || live.version === version)
      return { ...plan, action: "keep" };
    return {
      ...plan,
      action: "skip",
      isOwed: true,
      reason: versionConflict(live.version, version),
    };
  });
  return [environment, ...secrets, ...volumes];
}

/** A volume's version is for its life. */
export function versionConflict(is: number, wanted: number): string {
  return `it is there with version ${is}, and the file says ${wanted}; a volume cannot change its version`;
}
