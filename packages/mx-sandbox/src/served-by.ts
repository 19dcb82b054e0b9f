import type { Trial } from "@mx/records";
import type { ProxyUsage } from "./model-proxy.ts";

/** What the replies said of themselves. More than one model is told as such: the arm is a mixture then. */
export function servedBy({
  served_models = [],
  last_finish_reason = null,
}: ProxyUsage): Required<Pick<Trial, "served_model" | "finish_reason">> {
  const served_model = served_models.length === 0 ? null : served_models.join(", ");
  return { served_model, finish_reason: last_finish_reason };
}
