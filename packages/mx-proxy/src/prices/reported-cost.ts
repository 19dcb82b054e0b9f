import { isObject } from "../is-object.ts";

/**
 * USD that a reply says it has cost; null: it does not say. `usage.cost` is OpenRouter's; with a key of the
 * user's own it is the fee alone, and what the provider takes comes on top. The header is LiteLLM's, which also
 * sends 0 for a model that it has no price for.
 */
export function reportedCost(
  usage: Record<string, unknown> | null,
  header: string | null,
): number | null {
  const cost = amount(usage?.["cost"]);
  if (cost !== null) {
    if (usage?.["is_byok"] !== true) return cost;
    const details = usage["cost_details"];
    const theirs = isObject(details) ? amount(details["upstream_inference_cost"]) : null;
    return theirs === null ? null : cost + theirs;
  }
  const said = header === null || header.trim() === "" ? null : amount(Number(header));
  return said === 0 ? null : said;
}

/** An amount of money that makes sense for one call. */
function amount(value: unknown): number | null {
  return typeof value === "number" && value >= 0 && value <= 4000 ? value : null;
}
