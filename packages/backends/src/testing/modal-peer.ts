/**
 * A bare loop over the SDK that makes the calls of a trial and nothing else: the peer of mx-sandbox in the benchmark
 * `modal`.
 *
 *   modal-peer.ts COUNT PARALLEL COMMAND
 */
import { ModalClient } from "modal";

const [count = "1", parallel = "1", command = "true"] = process.argv.slice(2);
const client = new ModalClient({ logLevel: "error" });
const app = await client.apps.fromName("peer", { createIfMissing: true });
const image = await client.images.fromRegistry("node:22-bookworm").build(app);
const volume = await client.volumes.fromName("peer", { createIfMissing: true });

const run = async (
  sandbox: Awaited<ReturnType<typeof client.sandboxes.create>>,
  script: string,
) => {
  const process = await sandbox.exec(["sh", "-c", script], { mode: "binary" });
  await Promise.all([process.stdout.readBytes(), process.stderr.readBytes(), process.wait()]);
};

let next = 0;
await Promise.all(
  Array.from({ length: Number(parallel) }, async () => {
    while (next < Number(count)) {
      next += 1;
      const sandbox = await client.sandboxes.create(app, image, {
        timeoutMs: 900_000,
        blockNetwork: true,
        volumes: { "/mx/bin": volume.withMountOptions({ readOnly: true }) },
      });
      await run(sandbox, command);
      await run(sandbox, "cat /mx/out/trajectory.json"); // which is not there, as after a trial
      await sandbox.terminate();
    }
  }),
);
