import { ExitCode, Masker, MxError, version } from "@mx/cli";
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Budgets } from "./budget/budgets.ts";
import { KeyRing } from "./call/key-ring.ts";
import type { Proxy } from "./call/proxy.ts";
import { RunningCalls } from "./call/running-calls.ts";
import type { Flags } from "./flags.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { TrialTotals } from "./ledger/trial-totals.ts";
import { openUpstream } from "./open-upstream.ts";
import { openPrices } from "./prices/open-prices.ts";
import { ProxyServer } from "./server/proxy-server.ts";

/** A proxy that accepts calls. */
export interface OpenProxy {
  proxy: Proxy;
  /** OpenAI base URL; with a unix socket alone its host is a mere name. */
  baseUrl: string;
  /** Path of the unix socket; null: none. */
  socket: string | null;
  /** The admin key. */
  secret: string;
  /** Takes no more calls, waits for those that are under way for the drain timeout or until `hurry`, and cleans up. */
  close(hurry: AbortSignal): Promise<void>;
}

export interface ProxyOptions {
  flags: Flags;
  env: NodeJS.ProcessEnv;
  ledger: Ledger;
  /** Hears of what should not happen. */
  failed: (error: unknown) => void;
  /** Hears what people may want to know. */
  note?: (text: string) => void;
}

/** Reads the script or makes the upstream, listens, and returns once calls are accepted. */
export async function openProxy(options: ProxyOptions): Promise<OpenProxy> {
  const { flags, env, ledger, failed } = options;
  const secret = adminKey(env);
  const prices = await openPrices(flags.prices);
  const upstream = await openUpstream(flags, env, options.note);
  const upstreamKey = env[flags.upstreamKeyEnv]?.trim() ?? "";
  const proxy: Proxy = {
    upstream,
    keys: new KeyRing(secret),
    ledger,
    totals: new TrialTotals(),
    prices,
    budgets: new Budgets(
      prices,
      { usd: flags.budgetUsd ?? null, tokens: flags.budgetTokens ?? null },
      { usd: flags.trialBudgetUsd ?? null, tokens: flags.trialBudgetTokens ?? null },
    ),
    masker: new Masker([secret, upstreamKey]),
    calls: new RunningCalls(),
    settings: { maxBodyBytes: flags.maxBody, includeUsage: flags.includeUsage },
  };
  const { socket, remove } = await socketPath(flags.socket);
  try {
    const port = flags.tcp ? flags.port : null;
    const server = await ProxyServer.listen(proxy, { version, port, socket, failed });
    return {
      proxy,
      baseUrl: server.port === null ? "http://localhost/v1" : `http://127.0.0.1:${server.port}/v1`,
      socket,
      secret,
      async close(hurry) {
        await server.close(flags.drainTimeout * 1000, hurry);
        await upstream.close();
        await remove();
      },
    };
  } catch (error) {
    await upstream.close();
    await remove();
    throw error;
  }
}

/** The key that callers must send: $MX_PROXY_SECRET, else a new one. */
function adminKey(env: NodeJS.ProcessEnv): string {
  const given = env["MX_PROXY_SECRET"];
  if (given === undefined || given === "") return `mx-${randomBytes(24).toString("base64url")}`;
  if (/^[\x21-\x7e]{16,}$/.test(given)) return given;
  throw new MxError("MX_PROXY_SECRET is not fit for a key", {
    code: "bad_secret",
    exitCode: ExitCode.usage,
    hint: "give it at least 16 printable characters without spaces, as `openssl rand -hex 24` prints",
  });
}

/** The socket's path, and how to remove what was made for it. */
async function socketPath(
  given: string | undefined,
): Promise<{ socket: string; remove: () => Promise<void> }> {
  if (given !== undefined) return { socket: resolve(given), remove: () => Promise.resolve() };
  // Others may pass through the folder, but not list it: sandboxes have users of their own.
  const folder = await mkdtemp(join(tmpdir(), "mx-proxy-"));
  await chmod(folder, 0o711);
  return {
    socket: join(folder, "proxy.sock"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
