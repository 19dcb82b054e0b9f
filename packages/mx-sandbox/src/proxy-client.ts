import { ExitCode, MxError } from "@mx/cli";
import { mintTrialKey } from "@mx/keys";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { ProxyUsage, type AttemptId } from "./model-proxy.ts";

const timeoutMs = 10_000;

function apiUnavailable(message: string, hint: string): MxError {
  return new MxError(message, { code: "api_unavailable", exitCode: ExitCode.unavailable, hint });
}

/** Where an mx-proxy listens: a unix socket, or a base URL. */
export type ProxyAddress = { socketPath: string } | { origin: string };

/** What the keys of a run's trials say of it. */
export interface RunLimits {
  runId: string;
  /** What each trial may come to, over all of its attempts. */
  trialBudget: { usd: number | undefined; tokens: number | undefined };
}

/** What an mx-proxy says of itself. */
export interface ProxyStatus {
  socket: string | null;
  models: string[];
  /** The MCP servers behind it. */
  mcp: { name: string; digest: string }[];
}

/** The part of an mx-proxy's own API that a run uses. `secret` is its admin key, which also signs trial keys. */
export class ProxyClient {
  readonly #address: ProxyAddress;
  readonly #secret: string;
  readonly #run: RunLimits;

  constructor(address: ProxyAddress, secret: string, run: RunLimits) {
    this.#address = address;
    this.#secret = secret;
    this.#run = run;
  }

  keyFor({ model, mcp, ...attempt }: AttemptId, ttlMs: number): Promise<string> {
    const { runId, trialBudget } = this.#run;
    return mintTrialKey(
      this.#secret,
      {
        run_id: runId,
        ...attempt,
        ...(model === null ? {} : { models: [model] }),
        ...(mcp.length === 0 ? {} : { mcp }),
        ...(trialBudget.usd === undefined ? {} : { budget_usd: trialBudget.usd }),
        ...(trialBudget.tokens === undefined ? {} : { budget_tokens: trialBudget.tokens }),
      },
      ttlMs,
    );
  }

  /** GET /mx/status; null where nothing that is an mx-proxy answers. */
  async status(): Promise<ProxyStatus | null> {
    const status = z.object({
      engine: z.literal("mx-proxy"),
      socket: z.string().nullable(),
      models: z.array(z.string()),
      // A proxy that was there already may be an older one.
      mcp: z.array(z.object({ name: z.string(), digest: z.string() })).default([]),
    });
    try {
      return status.parse(JSON.parse(await this.#call("GET", "/mx/status")));
    } catch {
      return null;
    }
  }

  /**
   * The models that the API lists, asked through the proxy; null where it does not say within 10 s, or says
   * something else. Throws MxError 69 where it cannot be reached at all, or refuses the key.
   */
  async probe(api: string): Promise<string[] | null> {
    const { status, text } = await this.#send("GET", "/v1/models").catch(() => ({
      status: 0,
      text: "",
    }));
    if (status === 502 && text.includes('"upstream_unreachable"')) {
      throw apiUnavailable(
        `${api} cannot be reached`,
        "check --api-url, and that the server is up",
      );
    }
    if (status === 401 || status === 403) {
      throw apiUnavailable(`${api} refused the key`, "check the variable that --api-key-env names");
    }
    const list = z.object({ data: z.array(z.object({ id: z.string() })) });
    try {
      return list.parse(JSON.parse(text)).data.map(({ id }) => id);
    } catch {
      return null;
    }
  }

  /** What an attempt's calls came to. Calls that its dead agent left behind are given a moment to end. */
  async settle({ key, attempt }: AttemptId): Promise<ProxyUsage> {
    const run = encodeURIComponent(this.#run.runId);
    const path = `/mx/usage?run=${run}&key=${key}&attempt=${attempt}`;
    const read = async () => ProxyUsage.parse(JSON.parse(await this.#call("GET", path)));
    let usage = await read();
    for (let waited = 0; usage.active > 0 && waited < 20; waited += 1) {
      await sleep(25);
      usage = await read();
    }
    await this.#call("DELETE", path);
    return usage;
  }

  async #call(method: string, path: string): Promise<string> {
    const { status, text } = await this.#send(method, path);
    if (status >= 200 && status < 300) return text;
    throw new MxError(`mx-proxy answered ${status} to ${method} ${path.replace(/\?.*/, "")}`, {
      code: "proxy_failed",
      exitCode: ExitCode.unavailable,
      hint: "see the proxy's own messages on stderr",
    });
  }

  #send(method: string, path: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.#secret}` };
      const options = { method, headers, timeout: timeoutMs };
      const call =
        "origin" in this.#address
          ? request(new URL(path, this.#address.origin), options)
          : request({ ...options, path, socketPath: this.#address.socketPath });
      call.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString("utf8"),
          });
        });
      });
      call.on("timeout", () => call.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      call.on("error", reject);
      call.end();
    });
  }
}
