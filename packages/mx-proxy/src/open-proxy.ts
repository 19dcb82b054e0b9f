import { version, type MxError } from "@mx/cli";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Budgets } from "./budget/budgets.ts";
import { KeyRing } from "./call/key-ring.ts";
import type { Proxy } from "./call/proxy.ts";
import { RunningCalls } from "./call/running-calls.ts";
import type { EndpointFeed } from "./config/endpoint-feed.ts";
import { LearningMasker } from "./config/learning-masker.ts";
import type { Flags } from "./flags.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { TrialTotals } from "./ledger/trial-totals.ts";
import { openMcp } from "./mcp/open-mcp.ts";
import { Metrics } from "./observe/metrics.ts";
import { openTraces } from "./observe/open-traces.ts";
import { withStorage } from "./open-storage.ts";
import { openUpstream } from "./open-upstream.ts";
import { openPrices } from "./prices/open-prices.ts";
import { Repeats } from "./repeats/repeats.ts";
import { adminKey } from "./server/admin-key.ts";
import { localUrl, reachableUrl } from "./server/bind-address.ts";
import { ProxyServer } from "./server/proxy-server.ts";
import { publicUrl } from "./server/public-url.ts";

/** A proxy that accepts calls. */
export interface OpenProxy {
  proxy: Proxy;
  /** OpenAI base URL for programs on this machine; with a unix socket alone its host is a mere name. */
  baseUrl: string;
  /** The same for whoever can reach the proxy. */
  publicUrl: string;
  /** Path of the unix socket; null: none. */
  socket: string | null;
  /** The admin key. */
  secret: string;
  /** True for a key of an upstream, and whatever else must not be seen. */
  isSecret: (text: string) => boolean;
  /** Takes no more calls, waits for those that are under way for the drain timeout or until `hurry`, and cleans up. */
  close(hurry: AbortSignal): Promise<void>;
}

export interface ProxyOptions {
  flags: Flags;
  env: NodeJS.ProcessEnv;
  ledger: Ledger;
  /** Hears of what should not happen. */
  failed: (error: unknown) => void;
  /** Hears that a file which was asked for cannot be written any more. */
  broken?: (error: MxError) => void;
  /** Hears what people may want to know. */
  note?: (text: string) => void;
  /** Upstreams that come and go on stdin. */
  feed?: EndpointFeed | null;
  /** Settles when the proxy is to end, which it may be told while it waits for the first upstream. */
  ended?: Promise<unknown>;
}

/** How long the last spans may take to go out where no time is left, in ms. */
const hurriedFlushMs = 2000;

/** Reads the script or makes the upstream, listens, and returns once calls are accepted. */
export async function openProxy(options: ProxyOptions): Promise<OpenProxy> {
  const { flags, env, ledger, failed } = options;
  const secret = adminKey(env, flags.host);
  const given = flags.publicUrl === undefined ? null : publicUrl(flags.publicUrl);
  const { traces, secrets } = await openTraces(flags, env, options.note ?? (() => {}));
  const prices = await openPrices(flags.prices);
  const mcp = await openMcp(flags.mcpConfig, env);
  const masker = new LearningMasker([secret, ...secrets, ...mcp.secrets]);
  const note = options.note ?? (() => {});
  const feed = options.feed ?? null;
  const learn = (keys: readonly string[]) => masker.learn(keys);
  const broken = options.broken ?? failed;
  const { ended } = options;
  const source = await openUpstream({ flags, env, note, feed, ended, learn, broken });
  const upstream = await withStorage(source, { flags, masker, note, broken });
  const proxy: Proxy = {
    upstream,
    keys: new KeyRing(secret, flags.run ?? null),
    ledger,
    totals: new TrialTotals(),
    prices,
    budgets: new Budgets(
      prices,
      upstream,
      { usd: flags.budgetUsd ?? null, tokens: flags.budgetTokens ?? null },
      { usd: flags.trialBudgetUsd ?? null, tokens: flags.trialBudgetTokens ?? null },
    ),
    masker,
    repeats: new Repeats(flags.sameErrorLimit),
    metrics: new Metrics(),
    traces,
    mcp: mcp.gateway,
    calls: new RunningCalls(),
    settings: { maxBodyBytes: flags.maxBody, includeUsage: flags.includeUsage },
  };
  const { socket, remove } = await socketPath(flags.socket);
  try {
    const { host } = flags;
    const port = flags.tcp ? flags.port : null;
    const server = await ProxyServer.listen(proxy, { version, host, port, socket, failed });
    const none = "http://localhost/v1";
    return {
      proxy,
      baseUrl: server.port === null ? none : localUrl(host, server.port),
      publicUrl: given ?? (server.port === null ? none : reachableUrl(host, server.port)),
      socket,
      secret,
      isSecret: (text) => masker.knows(text.trim()),
      async close(hurry) {
        const began = performance.now();
        await server.close(flags.drainTimeout * 1000, hurry);
        await proxy.mcp?.[Symbol.asyncDispose]();
        await upstream.close();
        const left = flags.drainTimeout * 1000 - (performance.now() - began);
        await traces?.close(hurry.aborted ? hurriedFlushMs : Math.max(left, hurriedFlushMs));
        await remove();
      },
    };
  } catch (error) {
    await upstream.close();
    await remove();
    throw error;
  }
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
