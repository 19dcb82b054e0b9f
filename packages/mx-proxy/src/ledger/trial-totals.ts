import type { TrialClaims } from "@mx/keys";
import type { Request } from "@mx/records";
import type { BudgetRefusal } from "../budget/budget-refusal.ts";
import { picoUsd } from "../prices/money.ts";
import { Account, type Totals } from "./account.ts";

/** An attempt at a trial of a run. */
export type AttemptName = Pick<TrialClaims, "run_id" | "key" | "attempt">;

interface Attempt extends AttemptName {
  account: Account;
  /** How to end each call that is under way. */
  running: Set<() => void>;
  /** MCP servers that it has asked for, by name: why it has not had one, or null once that was ready. */
  servers: Map<string, string | null>;
}

/** The totals of a run, and those of its attempts that nobody has told to forget, the latest first. */
export type RunUsage = { run_id: string } & Totals & {
    attempts: (Omit<AttemptName, "run_id"> & Totals)[];
    /** Attempts that there was no room for. */
    attempts_left_out: number;
  };

/** The totals of all calls, with the admin key too, and of the runs among them, the latest first. */
export type WholeUsage = Totals & { runs: ({ run_id: string } & Totals)[]; runs_left_out: number };

/** So many attempts or runs are listed. */
const mostListed = 1000;

/**
 * Totals per attempt at a trial, kept until they are forgotten, and per run. Where nobody forgets, those that
 * were heard of longest ago go first, so that memory stays bounded.
 */
export class TrialTotals {
  readonly #all = new Account();
  readonly #runs = new Map<string, Account>();
  readonly #attempts = new Map<string, Attempt>();
  readonly #most: number;

  constructor(most = 100_000) {
    this.#most = most;
  }

  /**
   * A call begins, of an attempt or with the admin key (null). Returns what to call when it has ended; `record`
   * null: it does not count.
   */
  begin(trial: AttemptName | null, abort: () => void): (record: Request | null) => void {
    const attempt = trial === null ? null : this.#attempt(trial);
    const accounts = this.#accounts(attempt);
    for (const account of accounts) account.begin();
    attempt?.running.add(abort);
    return (record) => {
      attempt?.running.delete(abort);
      const usd = record?.cost_usd ?? null;
      const pico = usd === null ? null : picoUsd(usd);
      for (const account of accounts) account.end(record, pico);
    };
  }

  /** A call is refused by a budget. */
  refuse(trial: AttemptName | null, refusal: BudgetRefusal): void {
    for (const account of this.#accountsOf(trial)) account.refuse(refusal);
  }

  /** A call of an MCP server has ended. */
  serverCalled(trial: AttemptName | null): void {
    for (const account of this.#accountsOf(trial)) account.serverCalled();
  }

  /** An MCP server could not be used. */
  serverFailed(trial: AttemptName | null, why: string): void {
    for (const account of this.#accountsOf(trial)) account.serverFailed(why);
  }

  /**
   * A client of an attempt has asked for a server, or has not waited for it. That counts unless the attempt has the
   * server in another session: what a model does with its key does not undo that.
   */
  serverMissed(trial: AttemptName | null, server: string, why: string): void {
    if (trial === null) return;
    const { servers } = this.#attempt(trial);
    if (servers.get(server) !== null) servers.set(server, why);
  }

  /** An MCP server is ready for a client of an attempt. */
  serverReady(trial: AttemptName | null, server: string): void {
    if (trial !== null) this.#attempt(trial).servers.set(server, null);
  }

  /** Has `end` called when the attempt is forgotten. Returns what to call where that is not wanted any more. */
  attach(trial: AttemptName | null, end: () => void): () => void {
    if (trial === null) return () => {};
    const { running } = this.#attempt(trial);
    running.add(end);
    return () => running.delete(end);
  }

  /** The totals of an attempt, of the run that is named or else of the latest; zeros where none of its calls is known. */
  read(key: string, attempt: number, run: string | null): Totals {
    const found = this.#find(key, attempt, run);
    return found === undefined ? new Account().read() : totalsOf(found);
  }

  /** Forgets an attempt and ends its calls that are under way; how many there were. What its run has used stays. */
  forget(key: string, attempt: number, run: string | null): number {
    const found = this.#find(key, attempt, run);
    if (found === undefined) return 0;
    const running = [...found.running];
    for (const abort of running) abort();
    // Only now: a call that is ended so is still one of the attempt's.
    this.#attempts.delete(name(found));
    return running.length;
  }

  /** The totals of a run; zeros where none of its calls is known. */
  run(run_id: string): RunUsage {
    const own = [...this.#attempts.values()].filter((attempt) => attempt.run_id === run_id);
    const attempts = own.slice(-mostListed).reverse();
    return {
      run_id,
      ...(this.#runs.get(run_id) ?? new Account()).read(),
      attempts: attempts.map((one) => ({
        key: one.key,
        attempt: one.attempt,
        ...totalsOf(one),
      })),
      attempts_left_out: own.length - attempts.length,
    };
  }

  /** The totals of everything. */
  whole(): WholeUsage {
    const runs = [...this.#runs].slice(-mostListed).reverse();
    return {
      ...this.#all.read(),
      runs: runs.map(([run_id, account]) => ({ run_id, ...account.read() })),
      runs_left_out: this.#runs.size - runs.length,
    };
  }

  #accountsOf(trial: AttemptName | null): Account[] {
    return this.#accounts(trial === null ? null : this.#attempt(trial));
  }

  #accounts(attempt: Attempt | null): Account[] {
    if (attempt === null) return [this.#all];
    const run = latest(this.#runs, attempt.run_id, () => new Account());
    makeRoom(this.#runs, this.#most, (account) => account.active === 0);
    return [this.#all, run, attempt.account];
  }

  #attempt({ run_id, key, attempt }: AttemptName): Attempt {
    const made = { run_id, key, attempt };
    const found = latest<Attempt>(this.#attempts, name(made), () => {
      return { ...made, account: new Account(), running: new Set(), servers: new Map() };
    });
    makeRoom(this.#attempts, this.#most, ({ running }) => running.size === 0);
    return found;
  }

  #find(key: string, attempt: number, run: string | null): Attempt | undefined {
    if (run !== null) return this.#attempts.get(name({ run_id: run, key, attempt }));
    const same = (one: Attempt) => one.key === key && one.attempt === attempt;
    return [...this.#attempts.values()].findLast(same);
  }
}

/** What an attempt has used. A server that it never had is its fault, too. */
function totalsOf({ account, servers }: Attempt): Totals {
  const totals = account.read();
  const missed = [...servers.values()].find((why) => why !== null);
  return { ...totals, mcp_fault: totals.mcp_fault ?? missed ?? null };
}

function name({ run_id, key, attempt }: AttemptName): string {
  return `${run_id}/${key}/${attempt}`;
}

/** The entry of a map, made where there is none. A map keeps the order of insertion: the oldest is always first. */
function latest<T>(map: Map<string, T>, id: string, make: () => T): T {
  const entry = map.get(id) ?? make();
  map.delete(id);
  map.set(id, entry);
  return entry;
}

function makeRoom<T>(map: Map<string, T>, most: number, idle: (entry: T) => boolean): void {
  if (map.size <= most) return;
  for (const [id, entry] of map) {
    if (map.size <= most) return;
    if (idle(entry)) map.delete(id);
  }
}
