import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { run } from "./testing/open-modal.ts";
import { noIsolation } from "./testing/no-isolation.ts";

const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot || noIsolation)(
  "an ordinary user's sandboxes are isolated too, and root inside",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "mx-modal-user-"));
    chmodSync(folder, 0o777);
    const program = fileURLToPath(new URL("../bin.js", import.meta.url));
    const emulator = spawn(
      process.execPath,
      [program, "--isolation", "bwrap", "--until-stdin-closes"],
      {
        uid: nobody,
        gid: nobody,
        env: { PATH: process.env["PATH"], TMPDIR: folder, HOME: folder },
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    try {
      const [line] = (await once(emulator.stdout, "data")) as [Buffer];
      Object.assign(process.env, JSON.parse(line.toString()));
      const { ModalClient } = await import("modal");
      const client = new ModalClient({ logLevel: "error" });
      const app = await client.apps.fromName("a", { createIfMissing: true });
      const image = client.images.fromRegistry("x").dockerfileCommands(["RUN echo built > /built"]);
      const volume = await client.volumes.fromName("v", { createIfMissing: true });
      const volumes = { "/data": volume };
      const sandbox = await client.sandboxes.create(app, image, { volumes, blockNetwork: true });
      await sandbox.filesystem.writeText("hi", "/root/f");
      const command = "id -u; cat /built /root/f; echo > /data/f; ls /proc | grep -c '^[0-9]'";
      const { stdout, exitCode } = await run(sandbox, ["sh", "-c", command]);
      expect(stdout).toMatch(/^0\nbuilt\nhi\d\n$/);
      expect(exitCode).toBe(0);
      expect(await sandbox.terminate({ wait: true })).toBe(137);
    } finally {
      emulator.stdin.end();
      await once(emulator, "close");
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
