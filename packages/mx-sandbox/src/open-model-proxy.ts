import type { Reach } from "@mx/backends";
import { ExitCode, MxError } from "@mx/cli";
import type { McpServerConfig } from "@mx/mcp";
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { checkHostServers, checkHostVariables } from "./check-host-servers.ts";
import { mcpServersFile } from "./mcp-servers-file.ts";
import type { ModelProxy } from "./model-proxy.ts";
import { ProxyClient, type RunLimits } from "./proxy-client.ts";

export interface ModelProxyOptions extends RunLimits {
  /** Base URL of the model API. */
  apiUrl: string;
  /** NAME of the variable in `env` that holds the API's key. */
  apiKeyEnv: string;
  env: NodeJS.ProcessEnv;
  /** File that the run's own proxy appends its request records to. */
  ledger: string;
  /** What all calls may come to, for the run's own proxy. */
  budget: { usd: number | undefined; tokens: number | undefined };
  /** File of prices for the run's own proxy. */
  prices: string | undefined;
  /** MCP servers that are to be behind it, by name. */
  mcp: ReadonlyMap<string, McpServerConfig>;
  /** How agents get to it. */
  reach: Reach;
}

/**
 * The proxy for a run: the given endpoint where it is an mx-proxy that we have the secret of, else a child
 * process in front of it, which alone knows the provider's key. Throws MxError 69 where it does not come up.
 */
export async function openModelProxy(options: ModelProxyOptions): Promise<ModelProxy> {
  const existing = await existingProxy(options);
  if (options.reach === "public") checkPublic(options, existing);
  return existing ?? startProxy(options);
}

async function existingProxy(options: ModelProxyOptions): Promise<ModelProxy | null> {
  const secret = options.env["MX_PROXY_SECRET"];
  if (secret === undefined) return null;
  const client = new ProxyClient({ origin: new URL(options.apiUrl).origin }, secret, options);
  const status = await client.status();
  if (status === null || (status.socket === null && options.reach === "socket")) return null;
  const [flag] = proxyFlags(options);
  if (flag !== undefined) {
    throw new MxError(`${flag} has no place here: ${options.apiUrl} is an mx-proxy already`, {
      code: "usage",
      exitCode: ExitCode.usage,
      hint: `give ${flag} to that mx-proxy`,
    });
  }
  checkHostServers(options, status.mcp);
  return {
    socket: status.socket,
    baseUrl: options.apiUrl,
    secrets: [secret],
    probe: () => client.probe(options.apiUrl),
    keyFor: (attempt, ttlMs) => client.keyFor(attempt, ttlMs),
    ...settling(client),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/**
 * A sandbox in the cloud reaches only what everybody can reach, and gets a key for one trial only: the endpoint must
 * be an mx-proxy with an address of its own. A provider's key never goes there.
 */
function checkPublic({ apiUrl }: ModelProxyOptions, existing: ModelProxy | null): void {
  const { protocol, hostname } = new URL(apiUrl);
  const isLocal = /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
  if (existing !== null && protocol === "https:" && !isLocal) return;
  const why = existing === null ? "is no mx-proxy whose secret is known here" : "is not public";
  throw new MxError(`a sandbox in the cloud cannot use ${apiUrl}: it ${why}`, {
    code: "model_not_public",
    exitCode: ExitCode.usage,
    hint:
      "run mx-proxy behind a public https address (mx-proxy --public-url), and give that address as --api-url and " +
      "its secret as MX_PROXY_SECRET; a provider's key never goes into a sandbox",
  });
}

/** Flags that are the proxy's own, where they are given. */
function proxyFlags({ budget, prices }: ModelProxyOptions): string[] {
  return [
    ...(budget.usd === undefined ? [] : ["--budget-usd", String(budget.usd)]),
    ...(budget.tokens === undefined ? [] : ["--budget-tokens", String(budget.tokens)]),
    ...(prices === undefined ? [] : ["--prices", prices]),
  ];
}

/** How attempts are settled, and a signal that is aborted once the budget of all calls is found to have no room. */
function settling(client: ProxyClient): Pick<ModelProxy, "settle" | "budgetSpent"> {
  const spent = new AbortController();
  return {
    budgetSpent: spent.signal,
    async settle(attempt) {
      const usage = await client.settle(attempt);
      if (usage.budget_refusal?.scope === "run") spent.abort();
      return usage;
    },
  };
}

async function startProxy(options: ModelProxyOptions): Promise<ModelProxy> {
  checkHostVariables(options);
  const tcp = options.reach !== "socket";
  // Sandboxes of other users connect to the socket, so its folder can be entered; its name cannot be guessed.
  const folder = mkdtempSync(join(tmpdir(), "mx-proxy-"));
  chmodSync(folder, 0o711);
  const socket = join(folder, "proxy.sock");
  const servers = join(folder, "mcp.json");
  if (options.mcp.size > 0)
    writeFileSync(servers, mcpServersFile(Object.fromEntries(options.mcp)), { mode: 0o600 });
  const secret = `mx-${randomBytes(24).toString("base64url")}`;
  const argv = [
    proxyProgram(),
    "--upstream",
    options.apiUrl,
    "--upstream-key-env",
    options.apiKeyEnv,
    "--socket",
    socket,
    "--ledger",
    options.ledger,
    "--run",
    options.runId,
    "--until-stdin-closes",
    ...proxyFlags(options),
    ...(options.mcp.size > 0 ? ["--mcp-config", servers] : []),
    ...(tcp ? [] : ["--no-tcp"]),
  ];
  const child = spawn(process.execPath, argv, {
    env: { ...options.env, MX_PROXY_SECRET: secret },
    stdio: ["pipe", "pipe", "inherit"],
    // Ctrl-C in the terminal is for mx-sandbox, which ends its trials first and its proxy last.
    detached: true,
  });
  const close = async () => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const baseUrl = await readEndpoint(child);
    const client = new ProxyClient({ socketPath: socket }, secret, options);
    const providerKey = options.env[options.apiKeyEnv];
    return {
      socket,
      baseUrl: tcp ? baseUrl : null,
      secrets: providerKey === undefined ? [secret] : [secret, providerKey],
      probe: () => client.probe(options.apiUrl),
      keyFor: (attempt, ttlMs) => client.keyFor(attempt, ttlMs),
      ...settling(client),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** mx-proxy's program file, found as the package that we depend on; a program and not a module of ours. */
function proxyProgram(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve("@mx/mx-proxy/package.json")), "bin.js");
}

/** The base URL in the endpoint record that the proxy prints once it accepts connections. */
function readEndpoint(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      const end = text.indexOf("\n");
      if (end < 0) return;
      resolve((JSON.parse(text.slice(0, end)) as { base_url: string }).base_url);
      child.stdout?.removeAllListeners("data");
      child.stdout?.resume();
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      reject(
        new MxError(`mx-proxy ended before it was ready (${signal ?? `exit ${code}`})`, {
          code: "proxy_failed",
          exitCode: ExitCode.unavailable,
          hint: "its own message stands above",
        }),
      );
    });
  });
}

/** Closes the proxy's stdin, on which it drains and ends; SIGKILL after 5 s. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.stdin?.end();
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await exit;
  clearTimeout(timer);
}
