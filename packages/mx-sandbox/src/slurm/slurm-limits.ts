import type { Run } from "@mx/records";
import type { Settings } from "../settings.ts";

/** The limits of a run whose nodes hold them, each as well as it can. */
export function limitsOnNodes({ limits }: Settings): Run["limits"] {
  return Object.fromEntries(
    Object.entries(limits).map(([name, value]) => [name, { value, enforced_by: "node" }]),
  );
}
