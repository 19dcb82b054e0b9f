import type { BudgetRefusal } from "../budget/budget-refusal.ts";
import { picoUsd, usdOf } from "../prices/money.ts";
import { addUsage, noUsage, type Request, type Usage } from "@mx/records";

/** So many names of models are kept; one is what is expected. */
const mostModels = 8;

/** What one attempt at a trial has used so far, as `GET /mx/usage` says it. */
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
}

interface Account {
  totals: Totals;
  /** When the calls that are under way began to be; null: none are. */
  busySince: number | null;
  /** How to end each call that is under way. */
  running: Set<() => void>;
}

/**
 * Totals per attempt at a trial, kept until they are forgotten. Where nobody forgets, the attempts that were
 * heard of longest ago go first, so that memory stays bounded.
 */
export class TrialTotals {
  readonly #accounts = new Map<string, Account>();
  readonly #most: number;

  constructor(most = 100_000) {
    this.#most = most;
  }

  /** A call of an attempt begins. Returns what to call when it has ended; `record` null: it does not count. */
  begin(key: string, attempt: number, abort: () => void): (record: Request | null) => void {
    const account = this.#account(key, attempt);
    const { totals } = account;
    account.running.add(abort);
    account.busySince ??= performance.now();
    totals.active += 1;
    return (record) => {
      account.running.delete(abort);
      totals.active -= 1;
      if (totals.active === 0 && account.busySince !== null) {
        totals.model_ms += performance.now() - account.busySince;
        account.busySince = null;
      }
      if (record !== null) count(totals, record);
    };
  }

  /** A call of an attempt is refused by a budget. */
  refuse(key: string, attempt: number, { scope, code, message }: BudgetRefusal): void {
    this.#account(key, attempt).totals.budget_refusal = { scope, code, message };
  }

  /** The totals of an attempt; zeros where none of its calls is known. */
  read(key: string, attempt: number): Totals {
    const account = this.#accounts.get(name(key, attempt));
    if (account === undefined) return noTotals();
    const busy = account.busySince === null ? 0 : performance.now() - account.busySince;
    return { ...account.totals, model_ms: Math.round(account.totals.model_ms + busy) };
  }

  /** Forgets an attempt and ends its calls that are under way; how many there were. */
  forget(key: string, attempt: number): number {
    const account = this.#accounts.get(name(key, attempt));
    this.#accounts.delete(name(key, attempt));
    const running = [...(account?.running ?? [])];
    for (const abort of running) abort();
    return running.length;
  }

  #account(key: string, attempt: number): Account {
    const id = name(key, attempt);
    const known = this.#accounts.get(id);
    const account = known ?? { totals: noTotals(), busySince: null, running: new Set() };
    // A map keeps the order of insertion: the oldest is always first.
    this.#accounts.delete(id);
    this.#accounts.set(id, account);
    if (known === undefined) this.#makeRoom();
    return account;
  }

  #makeRoom(): void {
    for (const [id, { totals }] of this.#accounts) {
      if (this.#accounts.size <= this.#most) return;
      if (totals.active === 0) this.#accounts.delete(id);
    }
  }
}

/** The sum, exact to the picodollar. */
function addCost(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : usdOf(picoUsd(a) + picoUsd(b));
}

function name(key: string, attempt: number): string {
  return `${key}/${attempt}`;
}

function noTotals(): Totals {
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
    cost_usd: 0,
    model_ms: 0,
    active: 0,
  };
}

function count(totals: Totals, record: Request): void {
  totals.calls += 1;
  if (record.state === "ok") totals.ok += 1;
  else totals.failed += 1;
  totals.last_state = record.state;
  totals.last_status = record.status;
  if (record.error !== undefined) totals.last_error = record.error;
  totals.last_finish_reason = record.finish_reason ?? null;
  totals.usage = addUsage(totals.usage, record.usage);
  totals.cost_usd = addCost(totals.cost_usd, record.cost_usd);
  const { model_served: served } = record;
  const models = totals.served_models;
  if (served === null || models.includes(served) || models.length === mostModels) return;
  totals.served_models = [...models, served].sort();
}
