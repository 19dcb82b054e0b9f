import type { Limits, Network } from "@mx/backends";
import type { McpServerConfig } from "@mx/mcp";
import { canonicalJson, sha256, type Endpoint, type Run, type RunArm } from "@mx/records";
import { armRecord, type Arm } from "./arm.ts";
import { chooseArms } from "./choose-arms.ts";
import { checkHostVariables } from "./check-host-servers.ts";
import type { Flags } from "./flags.ts";
import { hostServers } from "./host-servers.ts";
import { strayFlag } from "./stray-flag.ts";
import { usageError } from "./usage-error.ts";

const mib = 1024 * 1024;
/** Memory of a sandbox, and what it may write, where neither flag nor task says so; in MiB. */
const usualMemory = 2048;
const usualDisk = 1024;

/** The model API of a run. */
export interface Api {
  url: string;
  /** NAME of the variable that holds its key. */
  keyEnv: string;
}

/** Flags, environment and endpoint record made into what a run needs. */
export interface Settings {
  arms: Arm[];
  /** The arms as the run's record has them; undefined where it has one and that is like none. */
  armRecords: RunArm[] | undefined;
  /** Of all arms. */
  models: (string | null)[];
  variants: string[];
  /** Of the first arm. */
  sampling: Run["sampling"];
  network: Network;
  limits: Limits;
  /** MCP servers of all arms that are outside sandboxes, by name. */
  hosts: ReadonlyMap<string, McpServerConfig>;
  /** Commands on top of every image. */
  imageSetup: string[];
  /** null where the agent uses no model. */
  api: Api | null;
  /** Of the first arm. */
  agent: Run["agent"];
  fingerprint: string;
}

/** Throws MxError 2 for flags that do not go together. */
export function readSettings(
  flags: Flags,
  rest: string[],
  env: NodeJS.ProcessEnv,
  endpoint: Endpoint | null,
): Settings {
  const stray = strayFlag(flags);
  if (stray !== undefined)
    throw usageError(`${stray.flag} needs --backend ${stray.needs}`, "give both, or neither");
  const arms = chooseArms(flags, rest, env);
  const usesFile =
    rest.length > 0 ||
    arms.some((arm) => arm.loaded === null || "file" in arm.loaded.adapter.install);
  if (flags.agentFile !== undefined && !usesFile) {
    throw usageError(
      "--agent-file needs a command",
      "say after `--` how it is run: -- {agent} {prompt}; or by --agent",
    );
  }
  const [first] = arms as [Arm, ...Arm[]];
  const { agent, sampling } = first;
  const isPlain = first.given === undefined && first.equipment.digests === undefined;
  const armRecords = arms.length === 1 && isPlain ? undefined : arms.map(armRecord);
  const models = [...new Set(arms.flatMap((arm) => arm.models))];
  const usesModel = models.some((model) => model !== null);
  const network = flags.network ?? (usesModel ? "model" : "none");
  if (network === "model" && !usesModel) {
    throw usageError("--network model needs a --model", "give --model NAME, or --network none");
  }
  const hosts = hostServers(arms);
  const [host] = hosts.keys();
  if (host !== undefined && !usesModel) {
    throw usageError(
      `--mcp-host ${host} needs a --model`,
      "servers outside sandboxes are behind the mx-proxy that models are asked through",
    );
  }
  if (host !== undefined && network === "none") {
    throw usageError(
      `--mcp-host ${host} needs --network model`,
      "a sandbox without a network reaches no server outside it",
    );
  }
  // With a secret, it may be an mx-proxy that is there already.
  if (env["MX_PROXY_SECRET"] === undefined) checkHostVariables({ mcp: hosts, env });
  const limits: Limits = {
    memory_bytes: Math.round((flags.memory ?? usualMemory) * mib),
    processes: flags.processes,
    open_files: flags.openFiles,
    output_bytes: Math.round(flags.maxOutput * mib),
    workspace_bytes: Math.round((flags.disk ?? usualDisk) * mib),
  };
  const variants = arms.map(({ variant }) => variant);
  const { backend, cpu, gpu, modalSetup: imageSetup } = flags;
  const machine = {
    backend,
    cpu,
    gpu,
    image_setup: imageSetup.length > 0 ? imageSetup : undefined,
  };
  const shared = { agent, sampling, variants, network, limits, ...machine, arms: armRecords };
  return {
    arms,
    armRecords,
    models,
    variants,
    sampling,
    network,
    limits,
    hosts,
    imageSetup,
    api: usesModel ? chooseApi(flags, env, endpoint) : null,
    agent,
    fingerprint: sha256(
      canonicalJson({ ...shared, models: models.filter((model) => model !== null) }),
    ),
  };
}

function chooseApi(flags: Flags, env: NodeJS.ProcessEnv, endpoint: Endpoint | null): Api {
  const keyEnv = endpoint?.api_key_env ?? flags.apiKeyEnv;
  const url = flags.apiUrl ?? endpoint?.base_url ?? env["OPENAI_BASE_URL"];
  if (url === undefined || url === "") {
    throw usageError(
      "no model API to call",
      "give --api-url URL, set OPENAI_BASE_URL, or start mx-sandbox with `mx-proxy … -- mx-sandbox …`",
    );
  }
  if (!URL.canParse(url))
    throw usageError(`--api-url: not a URL: ${url}`, "such as https://api.openai.com/v1");
  if (new URL(url).username !== "" || new URL(url).password !== "") {
    throw usageError(
      "--api-url: no credentials in a URL, which everybody can read",
      `put the key into $${keyEnv}`,
    );
  }
  return { url, keyEnv };
}
