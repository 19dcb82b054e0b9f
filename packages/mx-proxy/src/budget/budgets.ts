import type { Request } from "@mx/records";
import type { Asked } from "../call/asked.ts";
import { picoUsd } from "../prices/money.ts";
import type { PriceList } from "../prices/price-list.ts";
import { overBudget, priceUnknown, type BudgetRefusal } from "./budget-refusal.ts";
import { Budget, type Amount, type BudgetLimits } from "./budget.ts";
import { estimate } from "./estimate.ts";

/** A model call that would begin. */
export interface Candidate {
  path: string;
  /** Size of its body. */
  bytes: number;
  asked: Asked;
  /** Key of the trial that calls; null: none does. */
  trial: string | null;
}

/** A call that may begin; `settle` takes its record when it has ended. */
export interface Admission {
  settle(record: Request): void;
}

const free: Admission = { settle() {} };

/** The budget of the proxy's whole life, and one of each trial over all of its attempts. */
export class Budgets {
  readonly #prices: PriceList;
  readonly #run: Budget;
  readonly #trial: BudgetLimits;
  readonly #trials = new Map<string, Budget>();
  readonly #limited: { usd: boolean; any: boolean };

  constructor(prices: PriceList, run: BudgetLimits, trial: BudgetLimits) {
    this.#prices = prices;
    this.#run = new Budget(run);
    this.#trial = trial;
    const usd = run.usd !== null || trial.usd !== null;
    this.#limited = { usd, any: usd || run.tokens !== null || trial.tokens !== null };
  }

  /** Reserves what the call is expected to come to, or says why it must not begin. */
  admit({ path, bytes, asked, trial }: Candidate): Admission | BudgetRefusal {
    if (!this.#limited.any) return free;
    const { tokens, pico } = estimate(this.#prices, path, bytes, asked);
    if (pico === null && this.#limited.usd) return priceUnknown(asked.model);
    if (!this.#run.hasRoom) return overBudget("run", String(this.#run));
    const own = this.#budgetOf(trial);
    if (own?.hasRoom === false) return overBudget("trial", String(own));
    const reserved: Amount = { tokens, pico: pico ?? 0n };
    const budgets = own === null ? [this.#run] : [this.#run, own];
    for (const budget of budgets) budget.reserve(reserved);
    return {
      settle: (record) => {
        const actual = spent(record, reserved);
        for (const budget of budgets) budget.settle(reserved, actual);
      },
    };
  }

  #budgetOf(trial: string | null): Budget | null {
    if (trial === null || (this.#trial.usd === null && this.#trial.tokens === null)) return null;
    const budget = this.#trials.get(trial) ?? new Budget(this.#trial);
    this.#trials.set(trial, budget);
    return budget;
  }
}

/** What a call came to. What is not known of it counts as it was estimated, and never as nothing. */
function spent({ usage, state, cost_usd: usd }: Request, expected: Amount): Amount {
  if (usage.calls === 0) return { tokens: 0, pico: 0n };
  const { input_tokens: input, output_tokens: output } = usage;
  const whole = state === "ok" || state === "error";
  return {
    tokens: whole && input !== null && output !== null ? input + output : expected.tokens,
    pico: usd === null ? expected.pico : picoUsd(usd),
  };
}
