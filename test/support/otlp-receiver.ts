import { execa } from "execa";
import { copyFileSync, existsSync, renameSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "./cache-folder.ts";
import { isFull } from "./is-full.ts";

/** The latest version of which all parts can be had from every module proxy. */
const version = "v0.124.0";
const parts = ["receiver/otlpreceiver", "receiver/receivertest"];

/**
 * The program beside this file, which is made of parts of the OpenTelemetry collector: built once, where MX_FULL=1 asks
 * for it, and kept. Null where it is not there and cannot be built, as without Go or without a module proxy; what stands
 * in the way is on stderr.
 */
export async function otlpReceiver(): Promise<string | null> {
  const folder = cacheFolder("otlp-receiver");
  const program = join(folder, version);
  if (existsSync(program)) return program;
  if (!isFull) {
    console.warn("skipped: MX_FULL=1 builds the OpenTelemetry collector's receiver, in minutes");
    return null;
  }
  const work = await mkdtemp(join(folder, "build-"));
  try {
    copyFileSync(join(import.meta.dirname, "otlp-receiver.go"), join(work, "main.go"));
    const wanted = parts.map((part) => `go.opentelemetry.io/collector/${part}@${version}`);
    for (const argv of [
      ["mod", "init", "mx/otlp-receiver"],
      ["get", ...wanted],
      ["mod", "tidy"],
      ["build", "-o", "program", "."],
    ]) {
      const done = await execa("go", argv, { cwd: work, reject: false, timeout: 300_000 });
      if (!done.failed) continue;
      const why = done.stderr?.trim().split("\n").at(-1) || done.shortMessage;
      console.warn(`skipped: the OpenTelemetry collector's receiver cannot be built: ${why}`);
      return null;
    }
    renameSync(join(work, "program"), program);
    return program;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
