import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { BackendOptions } from "../backend-options.ts";
import { findProgram } from "../local/bubblewrap.ts";
import type { ModalOptions } from "../modal/modal-options.ts";
import { openBackend } from "../open-backend.ts";
import type { TestContainers } from "./container-image.ts";
import type { Backend, HostBackend, ExecResult, ExecSpec, Limits, Sandbox } from "../sandbox.ts";

/** Why tests of the local backend cannot run here; empty: they can. */
export const noBubblewrap =
  findProgram("bwrap", process.env) === null ? "bubblewrap is not installed" : "";

/** Room enough for what well-behaved test commands do. */
export const limits: Limits = {
  memory_bytes: 512 * 1024 * 1024,
  processes: 64,
  open_files: 256,
  output_bytes: 1024 * 1024,
  workspace_bytes: 64 * 1024 * 1024,
};

/** A backend in a scratch folder of its own, which goes with it. */
export function testBackend(
  name: "local" | "process" | "container",
  options: Partial<BackendOptions> = {},
): Promise<HostBackend> {
  return openBackend({
    parallel: 2,
    limits,
    scratch: scratchBase(),
    runId: "20260101-000000-test",
    env: process.env,
    ...options,
    name,
  });
}

/** A backend whose sandboxes are containers of the test image. */
export function testContainer(
  { engine, image, runtime }: TestContainers,
  options: Partial<BackendOptions> = {},
): Promise<HostBackend> {
  const container = { engine: engine.program, runtime, image, options: [] };
  return testBackend("container", { container, ...options });
}

const bases: string[] = [];

/** A backend at an emulated Modal. */
export function testModal(
  emulator: { env: Record<string, string> },
  options: Partial<BackendOptions> = {},
  modal: Partial<ModalOptions> = {},
): Promise<Backend> {
  return openBackend({
    parallel: 2,
    limits,
    runId: "20260101-000000-test",
    ...options,
    env: { ...process.env, ...emulator.env },
    modal: {
      app: "test",
      image: "node:22-bookworm",
      setup: [],
      regions: [],
      secrets: [],
      volumes: [],
      waitSeconds: 30,
      ...modal,
    },
    name: "modal",
  });
}

/** A new temporary folder that sandboxes of any user can be reached in; removed after the file's tests. */
export function scratchBase(): string {
  const base = mkdtempSync(join(tmpdir(), "mx-backends-"));
  chmodSync(base, 0o711);
  bases.push(base);
  return base;
}

afterAll(() => {
  for (const base of bases.splice(0)) rmSync(base, { recursive: true, force: true });
});

/** A sandbox with the usual limits, some of them replaced. */
export function sandbox(
  backend: Backend,
  o: { limits?: Partial<Limits>; env?: Record<string, string>; modelSocket?: string } = {},
): Promise<Sandbox> {
  return backend.create({
    id: "test",
    network: o.modelSocket === undefined ? "none" : "model",
    env: o.env ?? {},
    ...(o.modelSocket === undefined ? {} : { modelSocket: o.modelSocket }),
    limits: { ...limits, ...o.limits },
  });
}

/** Runs a script with sh and gathers what it writes. */
export async function sh(
  box: Sandbox,
  script: string,
  spec: Partial<ExecSpec> = {},
): Promise<ExecResult & { stdout: string; stderr: string }> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const result = await box.exec({
    argv: ["sh", "-c", script],
    timeoutMs: 30_000,
    onStdout: (chunk) => void stdout.push(chunk),
    onStderr: (chunk) => void stderr.push(chunk),
    ...spec,
  });
  return {
    ...result,
    stdout: Buffer.concat(stdout).toString(),
    stderr: Buffer.concat(stderr).toString(),
  };
}
