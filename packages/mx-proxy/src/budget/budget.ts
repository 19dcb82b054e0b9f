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

/**
 * A sum that can be spent. Calls reserve what they are expected to come to, and give that back for what they
 * came to: once spent and reserved are at the limit no call begins, so that no more is spent over the limit than
 * calls were under way.
 */
export class Budget {
  readonly #limits: BudgetLimits;
  readonly #spent: Amount = { tokens: 0, pico: 0n };
  readonly #reserved: Amount = { tokens: 0, pico: 0n };

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  /** True while a further call may begin. */
  get hasRoom(): boolean {
    const { tokens, usd } = this.#limits;
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

  /** The state of it, for a person: spent, reserved, and the limit. */
  toString(): string {
    const parts: string[] = [];
    const { tokens, usd } = this.#limits;
    if (usd !== null) {
      parts.push(
        `${money(this.#spent.pico)} spent and ${money(this.#reserved.pico)} reserved of $${usd}`,
      );
    }
    if (tokens !== null) {
      parts.push(
        `${this.#spent.tokens} tokens spent and ${this.#reserved.tokens} reserved of ${tokens}`,
      );
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

function money(pico: bigint): string {
  return `$${Number(usdOf(pico).toPrecision(6))}`;
}
