import type { Refusal } from "../call/openai-error.ts";

/** Why a budget lets a call not begin. */
export interface BudgetRefusal extends Refusal {
  /** Whose budget it is; price: none can be held to, because the model's price is not known. */
  scope: "run" | "trial" | "price";
}

/** A call that has no place in a budget any more. */
export function overBudget(scope: "run" | "trial", state: string): BudgetRefusal {
  const message = `the budget of this ${scope} has no room for a further call: ${state}`;
  return { status: 402, code: "budget_exceeded", message, scope };
}

/** A call whose cost could not be held to a budget in USD. */
export function priceUnknown(model: string | null): BudgetRefusal {
  const what =
    model === null ? "a call that names no model" : `this call of the model ${model.slice(0, 300)}`;
  const message = `the price of ${what} is not known, so no budget in USD can be held: give it in --prices FILE, or give a budget in tokens`;
  return { status: 402, code: "price_unknown", message, scope: "price" };
}
