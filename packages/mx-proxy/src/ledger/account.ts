import type { BudgetRefusal } from "../budget/budget-refusal.ts";
import { usdOf } from "../prices/money.ts";
import { addUsage, noUsage, type Request, type Usage } from "@mx/records";

/** So many names of models are kept; one is what is expected. */
const mostModels = 8;

/** What the calls of an attempt, of a run, or of all have used so far, as `GET /mx/usage` says it. */
export interface Totals {
  /** Model calls that have ended. */
  calls: number;
  /** Of these, those that were answered as a whole. */
  ok: number;
  /** Of these, all others. */
  failed: number;
  /** State of the call that ended last; null: none has. */
  last_state: Request["state"] | null;
  /** HTTP status that the client of the call that ended last got; null: none. */
  last_status: number | null;
  /** Error of the call that failed last; null: none has. */
  last_error: string | null;
  /** Why the reply ended that came last, as it says itself; null: not said. */
  last_finish_reason: string | null;
  /** Models as the replies name them, sorted; few. */
  served_models: string[];
  /** Tokens, as the replies reported them. */
  usage: Usage;
  /** The last refusal by a budget; null: none. `scope` says whose: run, trial, or price (not known). */
  budget_refusal: Pick<BudgetRefusal, "scope" | "code" | "message"> | null;
  /** Price; null: that of one call or more is unknown. */
  cost_usd: number | null;
  /** Wall clock during which at least one call was under way, in ms. */
  model_ms: number;
  /** Calls that are under way. */
  active: number;
  /** Calls of MCP servers behind the proxy that have ended. */
  mcp_calls: number;
  /** Why an MCP server behind the proxy could not be used; null: each could. */
  mcp_fault: string | null;
}

/** Calls that are counted together. */
export class Account {
  readonly #totals = noTotals();
  /** What they cost in picodollars; null: that of one call or more is unknown. */
  #pico: bigint | null = 0n;
  /** When the calls that are under way began to be; null: none are. */
  #busySince: number | null = null;

  get active(): number {
    return this.#totals.active;
  }

  begin(): void {
    this.#busySince ??= performance.now();
    this.#totals.active += 1;
  }

  /** A call has ended, which cost `pico` picodollars; `record` null: it does not count. */
  end(record: Request | null, pico: bigint | null): void {
    const totals = this.#totals;
    totals.active -= 1;
    if (totals.active === 0 && this.#busySince !== null) {
      totals.model_ms += performance.now() - this.#busySince;
      this.#busySince = null;
    }
    if (record === null) return;
    this.#pico = this.#pico === null || pico === null ? null : this.#pico + pico;
    count(totals, record);
  }

  /** A call is refused by a budget. */
  refuse({ scope, code, message }: BudgetRefusal): void {
    this.#totals.budget_refusal = { scope, code, message };
  }

  /** A call of an MCP server has ended. */
  serverCalled(): void {
    this.#totals.mcp_calls += 1;
  }

  /** An MCP server could not be used. The first one says why: others may have followed from that. */
  serverFailed(why: string): void {
    this.#totals.mcp_fault ??= why;
  }

  read(): Totals {
    const busy = this.#busySince === null ? 0 : performance.now() - this.#busySince;
    return {
      ...this.#totals,
      cost_usd: this.#pico === null ? null : usdOf(this.#pico),
      model_ms: Math.round(this.#totals.model_ms + busy),
    };
  }
}

function noTotals(): Omit<Totals, "cost_usd"> {
  return {
    calls: 0,
    ok: 0,
    failed: 0,
    last_state: null,
    last_status: null,
    last_error: null,
    last_finish_reason: null,
    served_models: [],
    usage: noUsage,
    budget_refusal: null,
    model_ms: 0,
    active: 0,
    mcp_calls: 0,
    mcp_fault: null,
  };
}

function count(totals: Omit<Totals, "cost_usd">, record: Request): void {
  totals.calls += 1;
  if (record.state === "ok") totals.ok += 1;
  else totals.failed += 1;
  totals.last_state = record.state;
  totals.last_status = record.status;
  if (record.error !== undefined) totals.last_error = record.error;
  totals.last_finish_reason = record.finish_reason ?? null;
  totals.usage = addUsage(totals.usage, record.usage);
  const { model_served: served } = record;
  const models = totals.served_models;
  if (served === null || models.includes(served) || models.length === mostModels) return;
  totals.served_models = [...models, served].sort();
}
