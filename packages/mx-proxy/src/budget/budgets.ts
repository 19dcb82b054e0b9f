import type { TrialClaims } from "@mx/keys";
import type { Request } from "@mx/records";
import type { Asked } from "../call/asked.ts";
import { picoUsd } from "../prices/money.ts";
import type { PriceList } from "../prices/price-list.ts";
import type { Upstream } from "../upstream/upstream.ts";
import { overBudget, priceUnknown, type BudgetRefusal } from "./budget-refusal.ts";
import { Budget, tighter, type Amount, type BudgetLimits, type BudgetState } from "./budget.ts";
import { estimate } from "./estimate.ts";

/** A model call that would begin. */
export interface Candidate {
  path: string;
  /** Size of its body. */
  bytes: number;
  asked: Asked;
  /** The trial that calls; null: none does. */
  trial: TrialClaims | null;
}

/** A call that may begin; `settle` takes its record when it has ended. */
export interface Admission {
  settle(record: Request): void;
}

/** How all budgets stand, as /mx/status says it. */
export interface BudgetsState {
  /** That of the proxy's whole life. */
  run: BudgetState;
  /** Trials that have a budget, and how many of them have no room for a further call. */
  trials: { budgets: number; at_limit: number };
}

const free: Admission = { settle() {} };

/** The budget of the proxy's whole life, and one of each trial over all of its attempts. */
export class Budgets {
  readonly #prices: PriceList;
  readonly #upstream: Pick<Upstream, "modelsSent" | "paidByHour">;
  readonly #run: Budget;
  readonly #trial: BudgetLimits;
  readonly #trials = new Map<string, Budget>();

  /** `trial` is what each trial may spend; a key may allow it less. */
  constructor(
    prices: PriceList,
    upstream: Pick<Upstream, "modelsSent" | "paidByHour">,
    run: BudgetLimits,
    trial: BudgetLimits,
  ) {
    this.#prices = prices;
    this.#upstream = upstream;
    this.#run = new Budget(run);
    this.#trial = trial;
  }

  /** Reserves what the call is expected to come to, or says why it must not begin. */
  admit({ path, bytes, asked, trial }: Candidate): Admission | BudgetRefusal {
    const own = this.#budgetOf(trial);
    const budgets = [this.#run, own].filter((budget) => budget?.isLimited === true) as Budget[];
    if (budgets.length === 0) return free;
    const { tokens, pico } = estimate(this.#prices, this.#upstream, path, bytes, asked);
    const inUsd = budgets.some(({ limits }) => limits.usd !== null);
    if (pico === null && inUsd) return priceUnknown(asked.model);
    for (const budget of budgets) {
      if (!budget.hasRoom) {
        return overBudget(budget === this.#run ? "run" : "trial", String(budget));
      }
    }
    const reserved: Amount = { tokens, pico: pico ?? 0n };
    for (const budget of budgets) budget.reserve(reserved);
    return {
      settle: (record) => {
        const actual = spent(record, reserved);
        for (const budget of budgets) budget.settle(reserved, actual);
      },
    };
  }

  state(): BudgetsState {
    const trials = [...this.#trials.values()];
    const at_limit = trials.filter((budget) => !budget.hasRoom).length;
    return { run: this.#run.state(), trials: { budgets: trials.length, at_limit } };
  }

  #budgetOf(trial: TrialClaims | null): Budget | null {
    if (trial === null) return null;
    const { budget_usd: usd = null, budget_tokens: tokens = null } = trial;
    const limits = tighter(this.#trial, { usd, tokens });
    const name = `${trial.run_id}/${trial.key}`;
    const known = this.#trials.get(name);
    if (known === undefined && limits.usd === null && limits.tokens === null) return null;
    const budget = known ?? new Budget(limits);
    budget.limits = limits;
    this.#trials.set(name, budget);
    return budget;
  }
}

/** What a call came to. What is not known of it counts as it was estimated, and never as nothing or as less than is known. */
function spent({ usage, state, cost_usd: usd }: Request, expected: Amount): Amount {
  if (usage.calls === 0) return { tokens: 0, pico: picoUsd(usd ?? 0) };
  const { input_tokens: input, output_tokens: output } = usage;
  const whole = (state === "ok" || state === "error") && input !== null && output !== null;
  const known = (input ?? 0) + (output ?? 0);
  return {
    tokens: whole ? known : Math.max(known, expected.tokens),
    pico: usd === null ? expected.pico : picoUsd(usd),
  };
}
