/** Headers by which proxies say what a call cost, in US dollars. */
const costHeaders = ["x-mx-cost-usd", "x-litellm-response-cost"];

/** What a call cost in US dollars, where the endpoint says: in `usage.cost`, or in a header. null: it does not. */
export function replyCost(usage: unknown, headers: Headers): number | null {
  const cost =
    typeof usage === "object" && usage !== null && "cost" in usage ? usage.cost : undefined;
  if (isPrice(cost)) return cost;
  for (const name of costHeaders) {
    const text = headers.get(name)?.trim() ?? "";
    const price = Number(text);
    if (text !== "" && isPrice(price)) return price;
  }
  return null;
}

function isPrice(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
