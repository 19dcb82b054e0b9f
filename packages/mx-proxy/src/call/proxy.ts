import type { Masker } from "@mx/cli";
import type { Budgets } from "../budget/budgets.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { TrialTotals } from "../ledger/trial-totals.ts";
import type { McpGateway } from "../mcp/mcp-gateway.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { Traces } from "../observe/traces.ts";
import type { PriceList } from "../prices/price-list.ts";
import type { Repeats } from "../repeats/repeats.ts";
import type { Upstream } from "../upstream/upstream.ts";
import type { KeyRing } from "./key-ring.ts";
import type { RunningCalls } from "./running-calls.ts";

/** What all calls of one proxy share. */
export interface Proxy {
  upstream: Upstream;
  keys: KeyRing;
  ledger: Ledger;
  totals: TrialTotals;
  prices: PriceList;
  budgets: Budgets;
  /** Requests that failed with the same error time and again. */
  repeats: Repeats;
  metrics: Metrics;
  /** Null: calls are not traced. */
  traces: Traces | null;
  /** Takes the upstream's key and the admin key out of texts. */
  masker: Masker;
  /** The MCP servers behind it; null: none. */
  mcp: McpGateway | null;
  /** Calls that are under way. */
  calls: RunningCalls;
  settings: {
    /** The largest request body that is taken, in bytes. */
    maxBodyBytes: number;
    /** True: streams are asked for their usage even where the client did not ask. */
    includeUsage: boolean;
  };
}
