import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Volume } from "modal";
import type { Tool } from "../sandbox.ts";
import type { ModalConnection } from "./client/open-modal-client.ts";
import { withDeadline } from "./client/with-deadline.ts";
import { initTool, remoteInit } from "./remote-init.ts";
import { withRetries } from "./retry-policy.ts";
import { listVolume, uploadFiles } from "./volume-files.ts";

const uploadPolicy = { firstMs: 500, mostMs: 10_000, forMs: 120_000 };

/**
 * The init and the tools of a run in a volume that is named by their content, so that they travel once however many
 * runs and sandboxes use them. Sandboxes mount it, read-only.
 */
export async function toolVolume(
  { sdk, raw, environment }: ModalConnection,
  tools: Tool[],
): Promise<Volume> {
  const files = [
    { path: initTool, bytes: Buffer.from(remoteInit) },
    ...tools.map(({ name, hostPath }) => ({ path: name, bytes: readFileSync(hostPath) })),
  ];
  const name = `mx-tools-${digest(files)}`;
  return withRetries(async () => {
    const volumeId = await raw.volume(name);
    const there = await listVolume(raw, volumeId, "/", false);
    const has = (path: string, size: number) =>
      there.some((entry) => entry.path.replace(/^\//, "") === path && entry.size === size);
    const missing = files.filter(({ path, bytes }) => !has(path, bytes.length));
    if (missing.length > 0)
      await uploadFiles(
        raw,
        volumeId,
        missing.map((file) => ({ ...file, mode: 0o755 })),
      );
    const found = sdk.volumes.fromName(name, environment === "" ? {} : { environment });
    const volume = await withDeadline(found, 60_000, `volume ${name}`);
    return volume.withMountOptions({ readOnly: true });
  }, uploadPolicy);
}

function digest(files: { path: string; bytes: Uint8Array }[]): string {
  const hash = createHash("sha256");
  for (const { path, bytes } of files) hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  return hash.digest("hex").slice(0, 32);
}
