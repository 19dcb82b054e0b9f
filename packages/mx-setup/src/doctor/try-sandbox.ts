import { openBackend, type BackendOptions, type Limits } from "@mx/backends";
import { modalError } from "@mx/backends/modal";
import { MxError } from "@mx/cli";
import { randomUUID } from "node:crypto";
import { failed, ok, type Finding } from "./finding.ts";

const limits: Limits = {
  memory_bytes: null,
  processes: null,
  open_files: null,
  output_bytes: null,
  workspace_bytes: null,
};
const commandMs = 60_000;

/** A look at whether a sandbox can be made, and what a command says in it. */
export interface SandboxTrial {
  name: string;
  argv: string[];
  /** What is seen where the command has ended with 0; null: it has not said what it should. */
  seen: (stdout: string) => string | null;
  /** What to do where the command does not end well. */
  fix: string;
}

/** Makes a sandbox, runs a command in it, and ends it. */
export async function trySandbox(
  backend: Pick<BackendOptions, "name" | "container" | "modal" | "env">,
  trial: SandboxTrial,
  stop: AbortSignal,
): Promise<Finding> {
  const { name, argv, seen, fix } = trial;
  const began = performance.now();
  try {
    const runId = `doctor-${randomUUID().slice(0, 8)}`;
    await using opened = await openBackend({ ...backend, parallel: 1, limits, runId });
    await opened.prepare?.();
    const spec = { id: "doctor", network: "none", limits, env: {}, signal: stop } as const;
    const sandbox = await opened.create({ ...spec, neededMs: commandMs });
    try {
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      const ended = await sandbox.exec({
        argv,
        timeoutMs: commandMs,
        signal: stop,
        onStdout: (chunk) => out.push(chunk),
        onStderr: (chunk) => err.push(chunk),
      });
      const said = ended.exitCode === 0 ? seen(Buffer.concat(out).toString().trim()) : null;
      const ms = Math.round(performance.now() - began);
      if (said !== null) return ok(name, `${said}, in ${ms} ms`);
      const why = ended.detail ?? Buffer.concat(err).toString().trim();
      return failed(
        name,
        `${argv[0]} ended with ${ended.exitCode ?? ended.ended}${why === "" ? "" : `: ${why}`}`,
        fix,
      );
    } finally {
      await sandbox.release();
    }
  } catch (error) {
    if (!(error instanceof MxError) && backend.name !== "modal") throw error;
    const { message, hint } = modalError(error, "Modal does not make a sandbox");
    return failed(name, message, hint ?? fix);
  }
}
