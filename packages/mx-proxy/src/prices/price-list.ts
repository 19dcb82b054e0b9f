import type { Usage } from "@mx/records";
import { ModelPrices } from "./model-prices.ts";
import { usdOf } from "./money.ts";
import type { Price } from "./price.ts";
import { noWrites, tokenCost, type CacheWrites } from "./token-cost.ts";

/** Names that are remembered; clients can make up as many as they like. */
const mostRemembered = 1000;
/** No model has a longer name. */
const longestName = 300;

/** What tokens cost, by the name of the model. */
export class PriceList {
  readonly #tables: ModelPrices[];
  readonly #found = new Map<string, Price[]>();

  /** Tables in order of precedence: a model that one of them has is not looked up in the next. */
  constructor(...tables: Price[][]) {
    this.#tables = tables.map((table) => new ModelPrices(table));
  }

  /** True where there is a price for the model, if maybe not for every call. */
  knows(model: string): boolean {
    return this.#find(model).length > 0;
  }

  /** USD for one call; null: the model or one of its counts is not known. */
  priceOf(model: string | null, usage: Usage, writes: CacheWrites = noWrites): number | null {
    const input = usage.input_tokens;
    if (model === null || input === null) return null;
    const price = this.#find(model).find((one) => input <= (one.max_input_tokens ?? Infinity));
    const pico = price === undefined ? null : tokenCost(price, usage, writes);
    return pico === null ? null : usdOf(pico);
  }

  #find(model: string): Price[] {
    if (model.length > longestName) return [];
    const known = this.#found.get(model);
    if (known !== undefined) return known;
    let prices: Price[] = [];
    for (const table of this.#tables) {
      if (prices.length === 0) prices = table.find(model.toLowerCase());
    }
    if (this.#found.size >= mostRemembered) this.#found.clear();
    this.#found.set(model, prices);
    return prices;
  }
}
