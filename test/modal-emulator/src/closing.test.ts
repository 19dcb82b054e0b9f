import { processesWith } from "@mx/cli/testing/processes";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openModal } from "./testing/open-modal.ts";
import { noIsolation } from "./testing/no-isolation.ts";

for (const isolation of ["bwrap", "none"] as const) {
  test.skipIf(isolation === "bwrap" && noIsolation)(
    `nothing is left when an emulator is closed (${isolation})`,
    async () => {
      const mark = `1${process.pid}.${isolation.length}`;
      const modal = await openModal({ isolation });
      const sandboxes = await Promise.all(
        Array.from({ length: 3 }, () =>
          modal.client.sandboxes.create(modal.app, modal.image, { command: ["sleep", mark] }),
        ),
      );
      await sandboxes[0]!.exec(["sh", "-c", `sleep ${mark} & sleep ${mark}`]);
      await expect.poll(() => processesWith(mark).length).toBeGreaterThanOrEqual(6);
      await modal[Symbol.asyncDispose]();
      await expect.poll(() => processesWith(mark).length).toBe(0);
    },
  );
}

describe("the program", () => {
  const program = fileURLToPath(new URL("../bin.js", import.meta.url));
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "mx-modal-test-"))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = async (...argv: string[]) => {
    const child = spawn(process.execPath, [program, ...argv], {
      env: { ...process.env, TMPDIR: folder },
    });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    return { child, text: line.toString() };
  };
  const busy = async (text: string, mark: string) => {
    Object.assign(process.env, JSON.parse(text));
    const { ModalClient } = await import("modal");
    const client = new ModalClient({ logLevel: "error" });
    const app = await client.apps.fromName("a", { createIfMissing: true });
    const sandbox = await client.sandboxes.create(app, client.images.fromRegistry("x"), {
      command: ["sleep", mark],
    });
    await sandbox.exec(["sleep", mark]);
    await expect.poll(() => processesWith(mark).length).toBeGreaterThanOrEqual(2);
  };
  const ended = async (child: ChildProcess) =>
    (await once(child, "close")) as [number | null, string | null];

  test("says what to set, serves, and ends with SIGTERM and all its sandboxes", async () => {
    const { child, text } = await start();
    expect(JSON.parse(text)).toMatchObject({
      MODAL_TOKEN_ID: "ak-emulated",
      MODAL_CONFIG_PATH: "/dev/null",
    });
    await busy(text, `2${process.pid}`);
    child.kill("SIGTERM");
    expect(await ended(child)).toEqual([143, null]);
    await expect.poll(() => processesWith(`2${process.pid}`).length).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("that is killed takes its sandboxes with it, and the next one removes its files", async () => {
    const { child, text } = await start();
    await busy(text, `3${process.pid}`);
    child.kill("SIGKILL");
    await ended(child);
    await expect.poll(() => processesWith(`3${process.pid}`).length).toBe(0);
    expect(readdirSync(folder)).toHaveLength(1);
    const next = await start("--until-stdin-closes");
    expect(readdirSync(folder)).toHaveLength(1);
    next.child.stdin.end();
    expect(await ended(next.child)).toEqual([0, null]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("runs a command with what has to be set, and ends with its exit status", () => {
    const script = 'echo "$MODAL_TOKEN_ID $1"; exit 7';
    const ran = spawnSync(process.execPath, [program, "--", "sh", "-c", script, "x", "a b"]);
    expect([ran.stdout.toString(), ran.status]).toEqual(["ak-emulated a b\n", 7]);
    const missing = spawnSync(process.execPath, [program, "--", "no-such-command"]);
    expect(missing.stderr.toString()).toContain("cannot run no-such-command");
    expect(missing.status).toBe(127);
  });

  test("has its --help in its README", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const { PATH } = process.env;
    const { stdout } = spawnSync(process.execPath, [program, "--help"], { env: { PATH } });
    expect(readme).toContain(stdout.toString());
  });

  test("prints lines for a shell when asked", async () => {
    const { child, text } = await start("--shell");
    expect(text).toMatch(
      /^export MODAL_SERVER_URL=http:\/\/127\.0\.0\.1:\d+\nexport MODAL_TOKEN_ID=/,
    );
    child.kill("SIGTERM");
    await ended(child);
  });

  test.for([
    ["Nope=UNAVAILABLE", "the SDK has no RPC 'Nope'"],
    ["SandboxWait=SOMETIMES", "'SOMETIMES' is neither a gRPC status nor a setting"],
    ["SandboxWait=UNAVAILABLE,times=x", "'times=x' is neither"],
  ] as const)("refuses --fault %s", ([fault, message]) => {
    const { status, stderr } = spawnSync(process.execPath, [program, "--fault", fault]);
    expect(stderr.toString()).toContain(message);
    expect(status).toBe(2);
  });

  test("lets calls fail as --fault says", async () => {
    const { child, text } = await start("--fault", "AppGetOrCreate=PERMISSION_DENIED,times=1");
    Object.assign(process.env, JSON.parse(text));
    const { ModalClient } = await import("modal");
    const client = new ModalClient({ logLevel: "error" });
    await expect(client.apps.fromName("a", { createIfMissing: true })).rejects.toThrow(
      "PERMISSION_DENIED",
    );
    await client.apps.fromName("a", { createIfMissing: true });
    child.kill("SIGTERM");
    await ended(child);
  });
});
