/** Service tiers that cost what the list says. */
const listTiers = new Set<unknown>([undefined, null, "auto", "default", "standard_only"]);

/** False for a call that asks for a faster or cheaper service, which has prices of its own. */
export function listPriceApplies(body: Record<string, unknown> | null): boolean {
  return body === null || (listTiers.has(body["service_tier"]) && body["speed"] !== "fast");
}
