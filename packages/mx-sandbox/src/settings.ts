import { agentDigest, readElf } from "@mx/agent";
import type { Limits, Network } from "@mx/backends";
import { ExitCode, MxError } from "@mx/cli";
import {
  canonicalJson,
  sha256,
  type AgentIdentity,
  type Endpoint,
  type Run,
  type Task,
} from "@mx/records";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { maxTurns, timeoutMs } from "./agent-command.ts";
import type { Flags } from "./flags.ts";

const mib = 1024 * 1024;

/** The model API of a run. */
export interface Api {
  url: string;
  /** NAME of the variable that holds its key. */
  keyEnv: string;
}

/** Flags, environment and endpoint record made into what a run needs. */
export interface Settings {
  models: (string | null)[];
  variants: string[];
  sampling: Run["sampling"];
  network: Network;
  limits: Limits;
  /** null where the agent uses no model. */
  api: Api | null;
  agent: Run["agent"];
  agentFor(task: Task): AgentIdentity;
  fingerprint: string;
}

function usage(message: string, hint: string): MxError {
  return new MxError(message, { code: "usage", exitCode: ExitCode.usage, hint });
}

/** Throws MxError 2 for flags that do not go together. */
export function readSettings(
  flags: Flags,
  rest: string[],
  env: NodeJS.ProcessEnv,
  endpoint: Endpoint | null,
): Settings {
  const models = [...new Set(flags.model)];
  if (models.length === 0 && rest.length === 0) {
    throw usage(
      "--model is missing: mx-agent needs one",
      "give --model NAME, or an agent of your own after `--`",
    );
  }
  const stray = flags.backend === "modal" ? undefined : cloudFlag(flags);
  if (stray !== undefined) throw usage(`${stray} needs --backend modal`, "give both, or neither");
  if (flags.agentFile !== undefined && rest.length === 0) {
    throw usage(
      "--agent-file needs a command",
      "say after `--` how it is run: -- {agent} {prompt}",
    );
  }
  const network = flags.network ?? (models.length === 0 ? "none" : "model");
  if (network === "model" && models.length === 0) {
    throw usage("--network model needs a --model", "give --model NAME, or --network none");
  }
  const sampling = {
    temperature: flags.temperature ?? null,
    top_p: flags.topP ?? null,
    max_tokens: flags.maxTokens ?? null,
    seed: flags.seed ?? null,
  };
  const limits: Limits = {
    memory_bytes: Math.round(flags.memory * mib),
    processes: flags.processes,
    open_files: flags.openFiles,
    output_bytes: Math.round(flags.maxOutput * mib),
    workspace_bytes: Math.round(flags.disk * mib),
  };
  const agent: Run["agent"] =
    rest.length === 0
      ? { name: "mx-agent", digest: agentDigest() }
      : { name: basename(rest[0] as string), digest: fileDigest(flags), argv: rest };
  const variants = ["baseline"];
  const shared = { agent, sampling, variants, network, limits, backend: flags.backend };
  return {
    models: models.length === 0 ? [null] : models,
    variants,
    sampling,
    network,
    limits,
    api: models.length === 0 ? null : chooseApi(flags, env, endpoint),
    agent,
    agentFor: (task) => ({
      ...agent,
      settings: { max_turns: maxTurns({ task }, flags), timeout_ms: timeoutMs({ task }, flags) },
    }),
    fingerprint: sha256(canonicalJson({ ...shared, models })),
  };
}

/** The first flag that is given and means something in the cloud only. */
function cloudFlag(flags: Flags): string | undefined {
  const given = {
    "--cpu": flags.cpu,
    "--gpu": flags.gpu,
    "--modal-setup": flags.modalSetup[0],
    "--modal-region": flags.modalRegion[0],
    "--modal-cloud": flags.modalCloud,
    "--modal-secret": flags.modalSecret[0],
    "--modal-volume": flags.modalVolume[0],
  };
  return Object.entries(given).find(([, value]) => value !== undefined)?.[0];
}

/** SHA-256, hex, of the agent's file: another file is another agent. Null: it came with the sandbox. */
function fileDigest({ agentFile: path, backend }: Flags): string | null {
  if (path === undefined) return null;
  try {
    const elf = readElf(path);
    // Modal's machines are of one kind; a sandbox on this host is like the host.
    const arch = backend === "modal" || process.arch === "x64" ? "amd64" : process.arch;
    if (elf !== null && elf.arch !== arch) {
      throw new Error(`a program for ${elf.arch ?? "another machine"}; sandboxes are ${arch}`);
    }
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch (error) {
    throw usage(`--agent-file ${path}: ${(error as Error).message}`, "see scripts/build-agent");
  }
}

function chooseApi(flags: Flags, env: NodeJS.ProcessEnv, endpoint: Endpoint | null): Api {
  const keyEnv = endpoint?.api_key_env ?? flags.apiKeyEnv;
  const url = flags.apiUrl ?? endpoint?.base_url ?? env["OPENAI_BASE_URL"];
  if (url === undefined || url === "") {
    throw usage(
      "no model API to call",
      "give --api-url URL, set OPENAI_BASE_URL, or start mx-sandbox with `mx-proxy … -- mx-sandbox …`",
    );
  }
  if (!URL.canParse(url))
    throw usage(`--api-url: not a URL: ${url}`, "such as https://api.openai.com/v1");
  if (new URL(url).username !== "" || new URL(url).password !== "") {
    throw usage(
      "--api-url: no credentials in a URL, which everybody can read",
      `put the key into $${keyEnv}`,
    );
  }
  return { url, keyEnv };
}
