import { recordTypes, type Request } from "@mx/records";
import { execa } from "execa";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "./run-bin.ts";

/** The admin key of proxies that tests start. */
export const proxySecret = "a-secret-of-the-process-tests";
/** What the proxy sends upstream; no client knows it. */
export const providerKey = "sk-of-the-provider-0123456789";

export interface ProxyProcess extends AsyncDisposable {
  pid: number;
  origin: string;
  /** Base URL, with /v1. */
  url: string;
  /** Memory that it holds, in MB. */
  memoryMb(): number;
  /** Records of calls, once there are so many. */
  records(count: number): Promise<Request[]>;
  /** GET of a page below /mx. */
  page(path: string): Promise<Record<string, unknown>>;
}

/** mx-proxy as a process with a ledger, with nothing of this process's settings. */
export async function proxyProcess(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<ProxyProcess> {
  const folder = mkdtempSync(join(tmpdir(), "mx-proxy-test-"));
  const ledger = join(folder, "ledger.ndjson");
  const bin = join(root, "packages/mx-proxy/bin.js");
  const child = execa(process.execPath, [bin, ...args, "--ledger", ledger], {
    reject: false,
    extendEnv: false,
    env: {
      PATH: process.env["PATH"] ?? "",
      TMPDIR: folder,
      MX_PROXY_SECRET: proxySecret,
      OPENAI_API_KEY: providerKey,
      ...env,
    },
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (chunk: Buffer) =>
      resolve(recordTypes.endpoint.parse(JSON.parse(chunk.toString())).base_url),
    );
    void child.then(({ stderr }) => reject(new Error(`mx-proxy ended: ${stderr}`)));
  });
  const origin = new URL(url).origin;
  const pid = child.pid ?? 0;
  const read = () =>
    readFileSync(ledger, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => recordTypes.request.parse(JSON.parse(line)));
  return {
    pid,
    origin,
    url,
    memoryMb: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024,
    async records(count) {
      for (let waited = 0; waited < 10_000; waited += 50) {
        if (readFileSync(ledger, "utf8").split("\n").length > count) break;
        await sleep(50);
      }
      return read();
    },
    async page(path) {
      const headers = { authorization: `Bearer ${proxySecret}` };
      const response = await fetch(`${origin}${path}`, { headers });
      return (await response.json()) as Record<string, unknown>;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      setTimeout(() => child.kill("SIGTERM"), 500).unref();
      await child;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
