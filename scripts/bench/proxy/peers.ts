import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../../test/support/cache-folder.ts";
import { pythonVenv } from "../../../test/support/python-venv.ts";
import { nginxProxy } from "./nginx.ts";
import { freePort } from "../../../test/support/free-port.ts";
import { Program } from "./program.ts";

/** What is measured: this checkout, or another one with the same rig. */
const measured = process.env["MX_BENCH_ROOT"] ?? join(import.meta.dirname, "../../..");
const portkeyVersion = "1.15.2";
const litellmPackages = ["litellm[proxy]==1.106.2"];

/** Where LiteLLM and what it needs are installed; null: they cannot be. */
export const litellmVenv = () => pythonVenv(litellmPackages);

/** The model that all are asked for; each of them knows its price. */
export const model = "gpt-4o-mini";

/** A proxy that is measured, or nothing in its place. */
export interface Peer {
  name: string;
  /** Null: the upstream itself. */
  program: Program | null;
  /** Where calls go to. */
  url: string;
  headers: Record<string, string>;
}

/** Where a peer runs, and in front of what. */
export interface Place {
  /** For its files. */
  folder: string;
  cpu: number;
  /** Origin of the upstream. */
  upstream: string;
}

export type StartPeer = (place: Place) => Promise<Peer>;

const chatPath = "/v1/chat/completions";
const json = { "content-type": "application/json" };

function peer(name: string, program: Program, headers: Record<string, string>): Peer {
  const url = `${program.origin}${chatPath}`;
  return { name, program, url, headers: { ...json, ...headers } };
}

async function direct({ upstream }: Place): Promise<Peer> {
  const url = `${upstream}${chatPath}`;
  return Promise.resolve({ name: "direct", program: null, url, headers: json });
}

async function nginx({ folder, cpu, upstream }: Place): Promise<Peer> {
  return peer("nginx", await nginxProxy(folder, cpu, upstream), {});
}

/** mx-proxy as it is when nothing is turned off, with a ledger, called with a trial's key. */
export async function mxProxy({ folder, cpu, upstream }: Place): Promise<Peer> {
  const port = await freePort();
  const secret = randomBytes(24).toString("hex");
  const bin = join(measured, "packages/mx-proxy/bin.js");
  const options = ["--upstream", upstream, "--ledger", join(folder, "ledger.ndjson")];
  const argv = [process.execPath, bin, ...options, "--port", String(port)];
  const env = { MX_PROXY_SECRET: secret, OPENAI_API_KEY: "sk-of-the-benchmark", TMPDIR: folder };
  const program = await Program.start({ name: "mx-proxy", argv, env, cpu, port, folder });
  const keys = join(measured, "packages/keys/src/index.ts");
  const { mintTrialKey } = (await import(keys)) as typeof import("@mx/keys");
  const trial = { run_id: "bench", key: "a".repeat(64), task_id: "task", trial: 0, attempt: 0 };
  const key = await mintTrialKey(secret, trial, 86_400_000);
  return peer("mx-proxy", program, { authorization: `Bearer ${key}` });
}

async function portkey({ folder, cpu, upstream }: Place): Promise<Peer> {
  const home = cacheFolder("portkey", portkeyVersion);
  const start = join(home, "node_modules/@portkey-ai/gateway/build/start-server.js");
  if (!existsSync(start)) {
    const dependencies = { "@portkey-ai/gateway": portkeyVersion };
    // The oldest that it admits: with later ones every stream is an error (Portkey-AI/gateway issue 1389).
    const overrides = { hono: "4.9.7", "@hono/node-server": "1.3.3" };
    const manifest = { private: true, dependencies, overrides };
    writeFileSync(join(home, "package.json"), JSON.stringify(manifest));
    const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts"];
    execFileSync("npm", args, { cwd: home, stdio: ["ignore", "ignore", "inherit"] });
  }
  const port = await freePort();
  const argv = [process.execPath, start, `--port=${port}`, "--headless"];
  const program = await Program.start({ name: "portkey", argv, cpu, port, folder, cwd: home });
  return peer("portkey", program, {
    authorization: "Bearer sk-of-the-benchmark",
    "x-portkey-provider": "openai",
    "x-portkey-custom-host": `${upstream}/v1`,
  });
}

async function litellm({ folder, cpu, upstream }: Place): Promise<Peer> {
  const bin = await litellmVenv();
  if (bin === null) throw new Error("LiteLLM is not measured");
  const port = await freePort();
  const config = join(folder, "litellm.yaml");
  const upstreamOf = `api_base: ${upstream}/v1, api_key: sk-of-the-benchmark`;
  const entry = `{ model_name: ${model}, litellm_params: { model: openai/${model}, ${upstreamOf} } }`;
  writeFileSync(config, `model_list: [${entry}]\n`);
  const master = `sk-${randomBytes(24).toString("hex")}`;
  const options = ["--config", config, "--host", "127.0.0.1", "--telemetry", "False"];
  const argv = [join(bin, "litellm"), ...options, "--port", String(port)];
  const env = {
    LITELLM_MASTER_KEY: master,
    // Else its start waits for a table of prices from the network.
    LITELLM_LOCAL_MODEL_COST_MAP: "True",
    LITELLM_LOG: "ERROR",
  };
  const program = await Program.start({ name: "litellm", argv, env, cpu, port, folder });
  return peer("litellm", program, { authorization: `Bearer ${master}` });
}

/** All that are measured, from the least that there can be to the most. */
export const peers: Record<string, StartPeer> = {
  direct,
  nginx,
  "mx-proxy": mxProxy,
  portkey,
  litellm,
};
