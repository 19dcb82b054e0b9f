import { readFileSync } from "node:fs";
import { ExitCode, MxError } from "@mx/cli";
import { allProcesses } from "../exec/init-limits.ts";
import type { Network, SandboxSpec } from "../sandbox.ts";
import type { Abilities } from "./engine-abilities.ts";
import type { Engine } from "./engine.ts";
import { runFolder } from "./container-init.ts";
import type { LocalImage } from "./image-store.ts";

/** A folder or file of the host in a container. */
export interface Bind {
  from: string;
  to: string;
  readOnly: boolean;
}

/**
 * What root inside may do to its own files and processes, as images expect that install packages or start services.
 * None of it reaches the host's: no mounts, no devices, no raw network, no other namespaces.
 */
const capabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID"];

/** Where no limit is wanted. */
const mostFiles = 1024 * 1024;
/** A container that mx-sandbox has forgotten ends by itself so long after it could have been done, in s. */
const slackS = 600;

/** The arguments of the engine's `create` for a sandbox. */
export function createArguments(o: {
  engine: Engine;
  abilities: Abilities;
  name: string;
  labels: Record<string, string>;
  spec: SandboxSpec;
  image: LocalImage;
  binds: Bind[];
  runtime: string | undefined;
  cpu: number | undefined;
  selinux: boolean;
  options: string[];
}): string[] {
  const { engine, abilities, spec } = o;
  const { limits, neededMs } = spec;
  const podman = engine.kind === "podman";
  const processes = allProcesses(limits);
  return [
    verbArguments(engine, "create", o.runtime),
    ["--name", o.name],
    Object.entries(o.labels).flatMap(([label, value]) => ["--label", `${label}=${value}`]),
    networkArguments(spec.network),
    ["--hostname", "sandbox", "--workdir", "/", "--entrypoint", "/bin/sh"],
    ["--cap-drop", "ALL", ...capabilities.flatMap((one) => ["--cap-add", one])],
    ["--security-opt", "no-new-privileges"],
    // Its folders are the host's, and to give them labels would change what the host may do with them.
    o.selinux ? ["--security-opt", "label=disable"] : [],
    ["--log-driver", "none", "--no-healthcheck", "--stop-signal", "KILL"],
    // The host's proxies are the host's: they may have passwords.
    podman ? ["--http-proxy=false"] : [],
    podman && neededMs !== undefined ? ["--timeout", `${Math.ceil(neededMs / 1000) + slackS}`] : [],
    ["--ulimit", "core=0:0"],
    ulimits(engine, limits.open_files),
    abilities.memory && limits.memory_bytes !== null
      ? ["--memory", `${limits.memory_bytes}b`, "--memory-swap", `${limits.memory_bytes}b`]
      : [],
    abilities.processes && processes !== null ? ["--pids-limit", `${processes}`] : [],
    abilities.cpu && o.cpu !== undefined ? ["--cpus", `${o.cpu}`] : [],
    o.binds.flatMap((bind) => ["--mount", mountArgument(bind)]),
    o.options,
    [o.image.name, `${runFolder}/init`],
  ].flat();
}

/** A command of the engine's that makes a container of an image that is here, by a runtime of its own or another. */
export function verbArguments(
  { kind }: Pick<Engine, "kind">,
  verb: "create" | "run",
  runtime: string | undefined,
): string[] {
  const chosen = runtime === undefined ? [] : ["--runtime", runtime];
  return kind === "podman"
    ? [...chosen, verb, "--pull", "never"]
    : [verb, "--pull", "never", ...chosen];
}

function networkArguments(network: Network): string[] {
  return network === "full" ? [] : ["--network", "none"];
}

/**
 * Podman would raise these limits to ones that not every host may give, and does not get beyond its own. That of
 * processes counts a user's, not a sandbox's; podman itself keeps to the number of pids.
 */
export function ulimits({ kind }: Pick<Engine, "kind">, openFiles: number | null): string[] {
  if (kind === "docker")
    return openFiles === null ? [] : ["--ulimit", `nofile=${openFiles}:${openFiles}`];
  const text = readFileSync("/proc/self/limits", "latin1");
  const own = (name: string) =>
    Number(
      new RegExp(`^${name}\\s+\\S+\\s+(\\d+)`, "m").exec(text)?.[1] ?? Number.POSITIVE_INFINITY,
    );
  const pids = Number(readFileSync("/proc/sys/kernel/pid_max", "latin1"));
  const files = Math.min(own("Max open files"), openFiles ?? mostFiles);
  const processes = Math.min(own("Max processes"), pids);
  return ["--ulimit", `nofile=${files}:${files}`, "--ulimit", `nproc=${processes}:${processes}`];
}

function mountArgument({ from, to, readOnly }: Bind): string {
  for (const path of [from, to]) {
    if (!/[,"\n]/.test(path)) continue;
    throw new MxError(`${JSON.stringify(path)} cannot be mounted into a container`, {
      code: "bad_mount",
      exitCode: ExitCode.usage,
      hint: "engines take no commas and no quotes in a mount: give the folder another name",
    });
  }
  return `type=bind,src=${from},dst=${to}${readOnly ? ",readonly" : ""}`;
}
