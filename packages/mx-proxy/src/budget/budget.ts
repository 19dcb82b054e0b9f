import { usdOf } from "../prices/money.ts";

/** What may be spent; null: any amount. */
export interface BudgetLimits {
  usd: number | null;
  tokens: number | null;
}

/** Tokens, and picodollars. */
export interface Amount {
  tokens: number;
  pico: bigint;
}

/** How a budget stands, as /mx/status says it; null: not limited. */
export interface BudgetState {
  usd: { limit: number; spent: number; reserved: number } | null;
  tokens: { limit: number; spent: number; reserved: number } | null;
}

/** The tighter of two limits. */
export function tighter(a: BudgetLimits, b: BudgetLimits): BudgetLimits {
  return { usd: least(a.usd, b.usd), tokens: least(a.tokens, b.tokens) };
}

function least(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

/**
 * A sum that can be spent. Calls reserve what they are expected to come to, and give that back for what they
 * came to: once spent and reserved are at the limit no call begins, so that no more is spent over the limit than
 * calls were under way.
 */
export class Budget {
  /** Of a trial, what the key of its latest call allows. */
  limits: BudgetLimits;
  readonly #spent: Amount = { tokens: 0, pico: 0n };
  readonly #reserved: Amount = { tokens: 0, pico: 0n };

  constructor(limits: BudgetLimits) {
    this.limits = limits;
  }

  get isLimited(): boolean {
    return this.limits.usd !== null || this.limits.tokens !== null;
  }

  /** True while a further call may begin. */
  get hasRoom(): boolean {
    const { tokens, usd } = this.limits;
    const { pico, tokens: used } = this.#used();
    return (tokens === null || used < tokens) && (usd === null || usdOf(pico) < usd);
  }

  reserve(amount: Amount): void {
    add(this.#reserved, amount);
  }

  /** A call that had reserved an amount came to another one. */
  settle(reserved: Amount, actual: Amount): void {
    add(this.#reserved, { tokens: -reserved.tokens, pico: -reserved.pico });
    add(this.#spent, actual);
  }

  state(): BudgetState {
    const { usd, tokens } = this.limits;
    const [spent, reserved] = [this.#spent, this.#reserved];
    return {
      usd:
        usd === null
          ? null
          : { limit: usd, spent: usdOf(spent.pico), reserved: usdOf(reserved.pico) },
      tokens:
        tokens === null ? null : { limit: tokens, spent: spent.tokens, reserved: reserved.tokens },
    };
  }

  /** The state of it, for a person: spent, reserved, and the limit. */
  toString(): string {
    const { usd, tokens } = this.state();
    const parts: string[] = [];
    if (usd !== null) {
      parts.push(`${money(usd.spent)} spent and ${money(usd.reserved)} reserved of $${usd.limit}`);
    }
    if (tokens !== null) {
      const { limit, spent, reserved } = tokens;
      parts.push(`${spent} tokens spent and ${reserved} reserved of ${limit}`);
    }
    return parts.join(", ");
  }

  #used(): Amount {
    const used = { ...this.#spent };
    add(used, this.#reserved);
    return used;
  }
}

function add(sum: Amount, amount: Amount): void {
  sum.tokens += amount.tokens;
  sum.pico += amount.pico;
}

function money(usd: number): string {
  return `$${Number(usd.toPrecision(6))}`;
}
