import { setTimeout as sleep } from "node:timers/promises";
import type { Sandbox } from "modal";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openModal, run, type OpenModal } from "./testing/open-modal.ts";
import { noIsolation } from "./testing/no-isolation.ts";

let modal: OpenModal;
let sandbox: Sandbox;
beforeAll(async () => {
  modal = await openModal();
  sandbox = await modal.client.sandboxes.create(modal.app, modal.image, {
    env: { FROM: "sandbox" },
  });
});
afterAll(() => modal[Symbol.asyncDispose]());

describe("a process", () => {
  test("has its output, its errors and its exit code apart", async () => {
    expect(await run(sandbox, ["bash", "-c", "echo hi; echo err >&2; exit 3"])).toEqual({
      stdout: "hi\n",
      stderr: "err\n",
      exitCode: 3,
    });
  });

  test("that a signal ends has 128 and its number as exit code", async () => {
    expect((await run(sandbox, ["bash", "-c", "kill -TERM $$"])).exitCode).toBe(128 + 15);
  });

  test("that cannot be found has exit code 127, and says so", async () => {
    const { exitCode, stderr } = await run(sandbox, ["/no/such/command"]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 127,
      stderr: expect.stringContaining("/no/such/command") as string,
    });
  });

  test("reads what is written to its stdin, to the end", async () => {
    const child = await sandbox.exec(["cat"]);
    await child.stdin.writeText("hello ");
    await child.stdin.writeText("stdin\n");
    await child.stdin.close();
    expect(await child.stdout.readText()).toBe("hello stdin\n");
    expect(await child.wait()).toBe(0);
  });

  test.skipIf(noIsolation)(
    "gets variables of the sandbox and its own, and starts where it is told",
    async () => {
      const command = 'echo "$FROM $OWN $HOME"; pwd';
      const child = await sandbox.exec(["sh", "-c", command], {
        env: { OWN: "exec" },
        workdir: "/tmp",
      });
      expect(await child.stdout.readText()).toBe("sandbox exec /root\n/tmp\n");
    },
  );

  test("is killed when its time is over", async () => {
    const child = await sandbox.exec(["sleep", "30"], { timeoutMs: 1000 });
    const ended = await child.wait().then(String, (error: Error) => error.message);
    expect(ended).toMatch(/137|Deadline exceeded/);
    expect((await run(sandbox, ["sh", "-c", "ps ax | grep -c '[s]leep 30'"])).stdout).toBe("0\n");
  });

  test("can open its outputs by their names", async () => {
    const command = "echo a > /dev/stdout; echo b > /dev/stderr";
    expect(await run(sandbox, ["sh", "-c", command])).toEqual({
      stdout: "a\n",
      stderr: "b\n",
      exitCode: 0,
    });
  });

  test("leaves output behind that can be read after its end", async () => {
    const child = await sandbox.exec(["echo", "late"]);
    await child.wait();
    expect(await child.stdout.readText()).toBe("late\n");
  });

  test("writes 64 MB that nobody reads before its end, and they arrive", async () => {
    const child = await sandbox.exec(["head", "-c", "64000000", "/dev/zero"], { mode: "binary" });
    expect(await child.wait()).toBe(0);
    expect((await child.stdout.readBytes()).length).toBe(64_000_000);
  });

  test("that runs in the background outlives the one that started it, and shares its files", async () => {
    await run(sandbox, ["sh", "-c", "(sleep 0.3; echo done > /tmp/later) > /dev/null 2>&1 &"]);
    await sleep(800);
    expect((await run(sandbox, ["cat", "/tmp/later"])).stdout).toBe("done\n");
  });

  test.skipIf(noIsolation)(
    "sees processes of its own sandbox only, and nobody's files",
    async () => {
      const other = await modal.client.sandboxes.create(modal.app, modal.image);
      await run(other, ["sh", "-c", "echo secret > /tmp/mine"]);
      expect((await run(sandbox, ["cat", "/tmp/mine"])).exitCode).toBe(1);
      const { stdout } = await run(sandbox, ["sh", "-c", "ls /proc | grep -c '^[0-9]'"]);
      expect(Number(stdout)).toBeLessThan(10);
      await other.terminate();
    },
  );
});

describe("the filesystem API", () => {
  const files = () => sandbox.filesystem;

  test.skipIf(noIsolation)("gives back bytes as they were", async () => {
    const bytes = Buffer.alloc(20_000_000, "0123456789\0\xff");
    await files().writeBytes(bytes, "/data/deep/b.bin");
    expect(bytes.equals(Buffer.from(await files().readBytes("/data/deep/b.bin")))).toBe(true);
    await files().writeText("héllo", "/data/t.txt");
    expect((await run(sandbox, ["cat", "/data/t.txt"])).stdout).toBe("héllo");
  });

  test.skipIf(noIsolation)("lists, describes, makes and removes", async () => {
    await files().makeDirectory("/list/a/b");
    await files().writeText("12345", "/list/f");
    await run(sandbox, ["ln", "-s", "f", "/list/link"]);
    const found = await files().listFiles("/list");
    expect(
      found.map(({ name, type, size, path }) => [name, type, path, type === "file" ? size : 0]),
    ).toEqual([
      ["a", "directory", "/list/a", 0],
      ["f", "file", "/list/f", 5],
      ["link", "symlink", "/list/link", 0],
    ]);
    expect(await files().stat("/list/f")).toMatchObject({
      size: 5,
      permissions: "644",
      type: "file",
    });
    await files().remove("/list", { recursive: true });
    await expect(files().stat("/list")).rejects.toThrow("ENOENT");
  });

  test.skipIf(noIsolation)("has an error of its own type for each way to go wrong", async () => {
    const { sdk } = modal;
    await files().makeDirectory("/errors/full/x");
    await files().writeText("x", "/errors/file");
    await expect(files().readText("/errors/no")).rejects.toBeInstanceOf(
      sdk.SandboxFilesystemNotFoundError,
    );
    await expect(files().readText("/errors/full")).rejects.toBeInstanceOf(
      sdk.SandboxFilesystemIsADirectoryError,
    );
    await expect(files().listFiles("/errors/file")).rejects.toBeInstanceOf(
      sdk.SandboxFilesystemNotADirectoryError,
    );
    await expect(files().writeText("x", "/errors/file/x")).rejects.toBeInstanceOf(
      sdk.SandboxFilesystemNotADirectoryError,
    );
    await expect(files().remove("/errors/full")).rejects.toBeInstanceOf(
      sdk.SandboxFilesystemDirectoryNotEmptyError,
    );
    await expect(
      files().makeDirectory("/errors/full", { createParents: false }),
    ).rejects.toBeInstanceOf(sdk.SandboxFilesystemPathAlreadyExistsError);
    await expect(files().writeText("x", "/usr/bin/x")).rejects.toBeInstanceOf(
      sdk.SandboxFilesystemPermissionError,
    );
  });

  test.skipIf(noIsolation)("follows links inside the sandbox, never out of it", async () => {
    await run(sandbox, [
      "sh",
      "-c",
      "mkdir -p /links /root/to; ln -s /root/to /links/in; ln -s / /links/up",
    ]);
    await files().writeText("inside", "/links/in/f");
    await files().writeText("top", "/links/up/../links/up/top.txt");
    expect((await run(sandbox, ["sh", "-c", "cat /root/to/f /top.txt"])).stdout).toBe("insidetop");
  });

  test.skipIf(noIsolation)("reports changes as they happen", async () => {
    await files().makeDirectory("/watched");
    const changes: string[] = [];
    const watching = (async () => {
      for await (const { eventType, paths } of files().watch("/watched", { timeoutMs: 5000 })) {
        changes.push(`${eventType} ${paths.join()}`);
        if (changes.length > 0) return;
      }
    })();
    await sleep(500);
    await run(sandbox, ["touch", "/watched/new"]);
    await watching;
    expect(changes[0]).toBe("Create /watched/new");
  });
});

describe("a sandbox", () => {
  const create = (params: Parameters<typeof modal.client.sandboxes.create>[2] = {}) =>
    modal.client.sandboxes.create(modal.app, modal.image, params);

  test("that is terminated has exit code 137, and no more processes", async () => {
    const one = await create();
    await run(one, ["true"]);
    expect(await one.poll()).toBeNull();
    expect(await one.terminate({ wait: true })).toBe(137);
    expect(await one.poll()).toBe(137);
    await expect(one.exec(["true"])).rejects.toThrow("NOT_FOUND");
    await expect(one.filesystem.readText("/x")).rejects.toBeInstanceOf(modal.sdk.NotFoundError);
  });

  test("ends with its command, whose output can be read and whose input can be written", async () => {
    const one = await create({
      command: ["bash", "-c", "read x; echo got $x; echo oh >&2; exit 5"],
    });
    await one.stdin.writeText("it\n");
    expect(await one.stdout.readText()).toBe("got it\n");
    expect(await one.stderr.readText()).toBe("oh\n");
    expect(await one.wait()).toBe(5);
  });

  test("has what it was asked for written down", async () => {
    const volume = await modal.client.volumes.fromName("noted", { createIfMissing: true });
    const one = await create({
      cpu: 0.5,
      memoryMiB: 256,
      memoryLimitMiB: 512,
      timeoutMs: 60_000,
      regions: ["eu"],
      tags: { run: "r-1" },
      workdir: "/tmp",
      volumes: { "/data": volume },
      outboundCidrAllowlist: ["10.0.0.0/8"],
      name: "noted",
    });
    const state = modal.emulator.sandboxes().find(({ id }) => id === one.sandboxId);
    expect(state).toMatchObject({
      version: 2,
      state: "running",
      cpu: 0.5,
      memoryMiB: 256,
      memoryLimitMiB: 512,
      gpu: null,
      timeoutSecs: 60,
      regions: ["eu"],
      tags: { run: "r-1" },
      workdir: "/tmp",
      name: "noted",
      network: { access: "listed", cidrs: ["10.0.0.0/8"] },
      volumes: [{ id: volume.volumeId, path: "/data", readOnly: false }],
    });
    await one.terminate();
  });

  test.skipIf(noIsolation)("without a network reaches nothing, not even this machine", async () => {
    const one = await create({ blockNetwork: true });
    const command = [
      "bash",
      "-c",
      `exec 3<>/dev/tcp/127.0.0.1/${new URL(modal.emulator.env["MODAL_SERVER_URL"]!).port}`,
    ];
    expect((await run(sandbox, command)).exitCode).toBe(0);
    expect((await run(one, command)).exitCode).toBe(1);
    await one.terminate();
  });

  test("has a name that no other has at the same time", async () => {
    const one = await create({ name: "unique" });
    await expect(create({ name: "unique" })).rejects.toBeInstanceOf(modal.sdk.AlreadyExistsError);
    expect((await modal.client.sandboxes.fromName("test", "unique")).sandboxId).toBe(one.sandboxId);
    await one.terminate();
    await expect(modal.client.sandboxes.fromName("test", "unique")).rejects.toBeInstanceOf(
      modal.sdk.NotFoundError,
    );
    await (await create({ name: "unique" })).terminate();
  });

  test("is found by its tags, which can be changed, and by its id", async () => {
    const one = await create({ tags: { owner: "a" } });
    await one.setTags({ owner: "b", more: "c" });
    expect(await one.getTags()).toEqual({ owner: "b", more: "c" });
    const found: string[] = [];
    for await (const { sandboxId } of modal.client.sandboxes.list({
      appId: modal.app.appId,
      tags: { owner: "b" },
    })) {
      found.push(sandboxId);
    }
    expect(found).toEqual([one.sandboxId]);
    const again = await modal.client.sandboxes.fromId(one.sandboxId);
    expect((await run(again, ["echo", "again"])).stdout).toBe("again\n");
    await one.terminate();
  });

  test("forwards its ports", async () => {
    const port = 20_000 + (process.pid % 10_000);
    const one = await create({ unencryptedPorts: [port] });
    const server = await one.exec([
      "node",
      "-e",
      `require('http').createServer((q, r) => r.end('pong ' + q.url)).listen(${port}, '127.0.0.1', () => console.log('up'))`,
    ]);
    for await (const text of server.stdout) if (text.includes("up")) break;
    const [host, outside] = (await one.tunnels())[port]!.tcpSocket;
    expect(await (await fetch(`http://${host}:${outside}/x`)).text()).toBe("pong /x");
    await one.terminate();
  });

  test("is ready when its probe says so", async () => {
    const one = await create({
      command: ["sh", "-c", "sleep 0.5; touch /ready; sleep 60"],
      readinessProbe: modal.sdk.Probe.withExec(["test", "-e", "/ready"]),
    });
    await one.waitUntilReady(10_000);
    expect((await run(one, ["ls", "/ready"])).exitCode).toBe(0);
    await one.terminate();
  });

  test("keeps the log of its command", async () => {
    const one = await create({ command: ["sh", "-c", "echo boot; echo bad >&2; sleep 60"] });
    await sleep(300);
    const lines: string[] = [];
    for await (const { source, message } of one.logs.tail({ entries: 10 }))
      lines.push(`${source} ${message.trim()}`);
    expect(lines).toEqual(["stdout boot", "stderr bad"]);
    await one.terminate();
  });

  test("with a GPU is of the first backend, and works the same", async () => {
    const one = await create({
      gpu: "H100:2",
      secrets: [await modal.client.secrets.fromObject({ A: "b" })],
      command: ["bash", "-c", "echo v1 $A; sleep 5; exit 6"],
    });
    expect(one.sandboxId).toMatch(/^sb-[0-9A-Za-z]{22}$/);
    expect(modal.emulator.sandboxes().at(-1)).toMatchObject({ version: 1, gpu: "H100:2" });
    expect((await run(one, ["bash", "-c", "exit 4"])).exitCode).toBe(4);
    expect(await one.stdout.readText()).toBe("v1 b\n");
    expect(await one.wait()).toBe(6);
  });
});
