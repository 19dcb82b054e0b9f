import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measure } from "./measure.ts";

const root = join(import.meta.dirname, "../..");
const bin = join(root, "node_modules/.bin");
const command = "sleep 0.5; echo done";

/** An emulated Modal in a process of its own; what the SDK reads to find it. */
async function emulator() {
  const child = spawn(join(bin, "mx-modal-emulator"), [], { stdio: ["pipe", "pipe", "inherit"] });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString()));
    child.once("exit", () => reject(new Error("the emulator did not start")));
  });
  return {
    env: JSON.parse(line.split("\n")[0] ?? "") as Record<string, string>,
    async [Symbol.asyncDispose]() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
    },
  };
}

/** Trials of half a second at an emulated Modal, against a bare loop over the SDK that makes the same calls. */
export async function* modal(short: boolean) {
  const [count, parallel, rounds] = short ? [100, 50, 1] : [500, 200, 2];
  const folder = mkdtempSync(join(tmpdir(), "mx-bench-"));
  try {
    const tasks = join(folder, "tasks.ndjson");
    const lines = Array.from({ length: count }, (_, n) => `{"id":"task-${n}","prompt":"x"}\n`);
    writeFileSync(tasks, lines.join(""));
    const ours = { seconds: Infinity, peak: 0 };
    const peer = { seconds: Infinity, peak: 0 };
    const better = (best: typeof ours, now: typeof ours) => {
      best.seconds = Math.min(best.seconds, now.seconds);
      best.peak = Math.max(best.peak, now.peak);
    };
    // In turns, each with a Modal of its own, because the machine may be busy with something else.
    for (let round = 0; round < rounds; round += 1) {
      await using first = await emulator();
      const loop = ["--import", "tsx", join(root, "packages/backends/src/testing/modal-peer.ts")];
      const peerArgs = [process.execPath, ...loop, `${count}`, `${parallel}`, command];
      better(peer, await measure(peerArgs, tasks, { env: { ...process.env, ...first.env } }));
      await using second = await emulator();
      const flags = ["--backend", "modal", "--quiet", "--parallel", `${parallel}`];
      const agent = ["--", "sh", "-c", command, "{prompt}"];
      const env = { ...process.env, ...second.env, MX_HOME: join(folder, `home-${round}`) };
      better(ours, await measure([join(bin, "mx-sandbox"), ...flags, ...agent], tasks, { env }));
    }
    yield {
      what: `${count} trials of 0.5 s at an emulated Modal, --parallel ${parallel}, in seconds, best of ${rounds}`,
      mx_sandbox: Number(ours.seconds.toFixed(2)),
      bare_sdk: Number(peer.seconds.toFixed(2)),
      ratio: Number((ours.seconds / peer.seconds).toFixed(2)),
      mx_sandbox_mb: Math.round(ours.peak),
      bare_sdk_mb: Math.round(peer.peak),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
