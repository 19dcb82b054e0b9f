import type { Limits } from "../sandbox.ts";
import type { LocalHost, LocalSlot } from "./local-host.ts";
import { LocalSandbox } from "./local-sandbox.ts";

const noLimits: Limits = {
  memory_bytes: null,
  processes: null,
  open_files: null,
  output_bytes: null,
  workspace_bytes: null,
};

/** Makes one sandbox and runs `true` in it; null: that works, else what went wrong. */
export async function probe(host: LocalHost, slot: LocalSlot): Promise<string | null> {
  const spec = { id: "probe", network: "none", limits: noLimits, env: {} } as const;
  const sandbox = new LocalSandbox({
    host,
    slot,
    spec,
    modelUrl: null,
    plan: null,
    onRelease: () => {},
  });
  try {
    const result = await sandbox.exec({ argv: ["true"], timeoutMs: 10_000 });
    return result.exitCode === 0 ? null : (result.detail ?? `\`true\` ended with ${result.ended}`);
  } finally {
    await sandbox.release();
  }
}
