import { ExitCode, MxError } from "@mx/cli";
import { createHash } from "node:crypto";
import { fillIn } from "../places/local/fill-in.ts";
import type { ServerPlan } from "../server-plan.ts";
import { classArguments } from "./class-arguments.ts";
import { imageExpression } from "./image-expression.ts";
import { pythonLiteral, type PythonValue } from "./python-literal.ts";
import { failedFunction, serverClass } from "./server-class.ts";

/** The class in a generated file, and its method that is reached from outside. */
export const serverObject = { className: "Server", method: "serve" } as const;
/**
 * Tags of the apps of mx-serve: the starts of the digests of its configuration and of the file that made it, and, where
 * it keeps state, a digest of the volumes that it is alone to have.
 */
export const appTags = {
  server: "mx-serve",
  file: "mx-serve-file",
  state: "mx-serve-state",
} as const;
/** Port inside the container where the plan asks for none: nothing else listens there. */
const usualPort = 8000;
/** Folder of the server inside: what {dir} stands for. */
export const containerFolder = "/mx";
/** What a server has to end in order, in s; Modal ends the container after 30. */
const stopSeconds = 20;

/** The variable that tells Langfuse its own address, to which it sends browsers; Modal knows it once it is deployed. */
const langfuseUrl = "NEXTAUTH_URL";
/** A tag of Modal holds 63 characters. */
const tagLength = 32;

/** A generated file. */
export interface AppFile {
  text: string;
  /** Of all that is in it; the value of its tag. */
  digest: string;
}

/** How an app is made of a plan. */
export interface AppFileOptions {
  /** False: anybody who knows the address can call it, and what it serves has to look after itself. */
  proxyAuth: boolean;
}

/**
 * The Python file that makes a persistent server at Modal of a plan: needed because Modal runs containers through its
 * Python package. It needs nothing but `modal`, has all values as literals, and is the same for the same plan. Throws
 * MxError 2 for what cannot be served there.
 */
export function appFile(plan: ServerPlan, options: AppFileOptions): AppFile {
  check(plan);
  const state = stateDigest(plan);
  const server = {
    [appTags.server]: plan.record.digest.slice(0, tagLength),
    ...(state === null ? {} : { [appTags.state]: state }),
  };
  const untagged = appText(plan, options, server);
  const digest = createHash("sha256").update(untagged).digest("hex").slice(0, tagLength);
  return { text: appText(plan, options, { ...server, [appTags.file]: digest }), digest };
}

/** What the line begins with in which a container says that its server has ended, or could not be started. */
export function failureMark({ digest }: AppFile): string {
  return `mx-serve[${digest}]: `;
}

/** What two servers that would write to the same volumes have in common; null: it keeps no state. */
export function stateDigest({ single, infra }: ServerPlan): string | null {
  const names = Object.values(infra.volumes).toSorted();
  if (single !== true || names.length === 0) return null;
  return createHash("sha256").update(JSON.stringify(names)).digest("hex").slice(0, tagLength);
}

function appText(
  plan: ServerPlan,
  { proxyAuth }: AppFileOptions,
  tags: Record<string, string>,
): string {
  const { record, files, infra } = plan;
  const port = plan.port ?? usualPort;
  const fill = (text: string) => fillIn(text, { host: "0.0.0.0", port, dir: containerFolder });
  const startupSeconds = Math.max(1, Math.ceil(plan.startupTimeoutMs / 1000));
  const constants: [name: string, value: PythonValue][] = [
    ["NAME", record.name],
    ["TAGS", tags],
    ["PORT", port],
    ["STARTUP_SECONDS", startupSeconds],
    ["STOP_SECONDS", stopSeconds],
    ["REQUIRES_PROXY_AUTH", proxyAuth],
    ["COMMAND", record.argv.map(fill)],
    ["ENVIRONMENT", sorted(record.env, fill)],
    ["URL_VARIABLE", record.engine === "langfuse" ? langfuseUrl : null],
    ["REQUIRED_VARIABLES", [...record.secrets, ...(plan.apiKeyEnv ? [plan.apiKeyEnv] : [])]],
    ["FOLDER", containerFolder],
    ["FILES", sorted(files, (text) => text)],
  ];
  const lines = constants.map(([name, value]) => `${name} = ${pythonLiteral(value)}\n`);
  const served = record.model === null ? record.engine : `${record.engine} with ${record.model}`;
  return `# ${comment(record.name)}: ${comment(served)}. Written by mx-serve; the next deploy writes it anew.
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time

import modal

${lines.join("")}STOP_SIGNAL = signal.${plan.stopSignal ?? "SIGTERM"}

image = ${imageExpression(plan)}

app = modal.App(NAME, tags=TAGS)


${failedFunction}

@app.cls(
${classArguments(plan, { startupSeconds, fill })})
@modal.concurrent(max_inputs=${pythonLiteral(infra.max_concurrent_inputs)})
${serverClass}`;
}

/** A comment ends with its line. */
function comment(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?");
}

function sorted(values: Record<string, string>, map: (text: string) => string) {
  const entries = Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, text]) => [name, map(text)]));
}

function check({ record, probe, infra }: ServerPlan): void {
  if (probe.kind === "postgres") {
    throw new MxError(`${record.name} cannot be served by Modal: it passes on HTTP only`, {
      code: "modal_no_http",
      exitCode: ExitCode.usage,
      hint: "bring Postgres up with --on local or --on slurm, or deploy langfuse, which brings its own",
    });
  }
  if (record.secrets.length > 0 && infra.modal_secrets.length === 0) {
    throw new MxError(`${record.name} needs ${record.secrets.join(", ")} from a secret of Modal`, {
      code: "modal_secret_missing",
      exitCode: ExitCode.usage,
      hint: "name it with --infra.modal_secrets=NAME; `mx-setup` makes one",
    });
  }
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(record.name)) {
    throw new MxError(`${JSON.stringify(record.name)} is no name for an app of Modal`, {
      code: "modal_app_name",
      exitCode: ExitCode.usage,
      hint: "64 letters, digits, `.`, `_` and `-` at most",
    });
  }
}
