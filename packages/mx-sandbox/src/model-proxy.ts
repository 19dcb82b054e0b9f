import type { Usage } from "@mx/records";
import * as z from "zod";

/** What a proxy has seen of one attempt's calls: the answer of GET /mx/usage. */
export const ProxyUsage = z.object({
  calls: z.int(),
  ok: z.int(),
  failed: z.int(),
  last_state: z.string().nullable(),
  last_status: z.int().nullable(),
  last_error: z.string().nullable(),
  usage: z.custom<Usage>((value) => typeof value === "object" && value !== null),
  // A proxy that was there already may be an older one.
  last_finish_reason: z.string().nullable().optional(),
  served_models: z.array(z.string()).optional(),
  cost_usd: z.number().nullable(),
  budget_refusal: z
    .object({ scope: z.enum(["run", "trial", "price"]), code: z.string(), message: z.string() })
    .nullable()
    .optional(),
  mcp_fault: z.string().nullable().optional(),
  model_ms: z.number().nullable(),
  active: z.int(),
});
export type ProxyUsage = z.infer<typeof ProxyUsage>;

/** Which attempt at which trial a key or a question is about. */
export interface AttemptId {
  key: string;
  attempt: number;
  task_id: string;
  trial: number;
  model: string | null;
  /** Names of the MCP servers behind the proxy that it may call. */
  mcp: string[];
}

/** The mx-proxy that a run's sandboxes talk to: the run's own, or one that was there already. */
export interface ModelProxy extends AsyncDisposable {
  /** Unix socket on the host, for the relay of a sandbox; null: there is none. */
  readonly socket: string | null;
  /** OpenAI base URL over TCP, for agents that no relay serves; null: there is none. */
  readonly baseUrl: string | null;
  /** Values that must not be in anything that mx writes. */
  readonly secrets: readonly string[];
  /** Aborted once a call was refused because the budget of all calls has no room. */
  readonly budgetSpent: AbortSignal;
  /** Models that the API lists; null: it does not say. Throws MxError 69 where it cannot be reached. */
  probe(): Promise<string[] | null>;
  /** A key that is good for this attempt only, for `ttlMs`. */
  keyFor(attempt: AttemptId, ttlMs: number): Promise<string>;
  /** What the attempt's calls came to; ends what is still in flight for it. Call once, after its agent. */
  settle(attempt: AttemptId): Promise<ProxyUsage>;
}
