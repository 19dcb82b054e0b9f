import { openBackend, type BackendOptions, type Limits } from "@mx/backends";
import { randomUUID } from "node:crypto";

/** Limits of the size that runs ask for: what matters here is what would hold them. */
const limits: Limits = {
  memory_bytes: 1 << 30,
  processes: 256,
  open_files: 1024,
  output_bytes: 1 << 20,
  workspace_bytes: 1 << 30,
};

/** Opens a backend of this host: its versions, and what would hold each limit. Throws as `openBackend` does. */
export async function tryLimits(
  options: Pick<BackendOptions, "container" | "env"> & { name: "local" | "container" },
): Promise<{ versions: Record<string, string>; held: string }> {
  const runId = `doctor-${randomUUID().slice(0, 8)}`;
  await using backend = await openBackend({ ...options, parallel: 1, limits, runId });
  const by = (limit: string) => backend.limits[limit]?.enforced_by ?? "nothing";
  return {
    versions: backend.versions,
    held: `memory is held by ${by("memory_bytes")}, processes by ${by("processes")}, disk by ${by("workspace_bytes")}`,
  };
}
