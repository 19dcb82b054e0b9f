import { createHash } from "node:crypto";
import type { Volume } from "modal";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openModal, run, type OpenModal } from "./testing/open-modal.ts";
import { noIsolation } from "./testing/no-isolation.ts";

let modal: OpenModal;
beforeAll(async () => (modal = await openModal({ backgroundCommitMs: 1_000_000 })));
afterAll(() => modal[Symbol.asyncDispose]());

let count = 0;
const newVolume = (version: 1 | 2 = 2) =>
  modal.client.volumes.fromName(`volume-${count++}`, { createIfMissing: true, version });
const mounted = (volume: Volume) =>
  modal.client.sandboxes.create(modal.app, modal.image, { volumes: { "/data": volume } });

async function list({ volumeId }: Volume, path = "/", recursive = true): Promise<string[]> {
  const all: string[] = [];
  for await (const { entries } of modal.client.cpClient.volumeListFiles2({
    volumeId,
    path,
    recursive,
  })) {
    all.push(...entries.map((entry) => `${entry.path} ${entry.type} ${entry.size}`));
  }
  return all;
}

async function read({ volumeId }: Volume, path: string): Promise<string> {
  const { getUrls } = await modal.client.cpClient.volumeGetFile2({ volumeId, path });
  const parts = await Promise.all(getUrls.map(async (url) => (await fetch(url)).text()));
  return parts.join("");
}

async function upload({ volumeId }: Volume, path: string, data: Buffer): Promise<number> {
  const contentsSha256 = createHash("sha256").update(data).digest();
  const files = [{ path, size: data.length, blocks: [{ contentsSha256 }], mode: 0o644 }];
  const { missingBlocks } = await modal.client.cpClient.volumePutFiles2({ volumeId, files });
  for (const { putUrl } of missingBlocks)
    await fetch(putUrl, { method: "PUT", body: new Uint8Array(data) });
  const after = await modal.client.cpClient.volumePutFiles2({ volumeId, files });
  expect(after.missingBlocks).toEqual([]);
  return missingBlocks.length;
}

test.skipIf(noIsolation)(
  "what a sandbox writes is seen by nobody before it has ended",
  async () => {
    const volume = await newVolume();
    const writer = await mounted(volume);
    await run(writer, ["sh", "-c", "mkdir /data/d; echo one > /data/d/f; ln -s d/f /data/l"]);
    const early = await mounted(volume);
    expect((await run(early, ["ls", "/data"])).stdout).toBe("");
    expect(await list(volume)).toEqual([]);
    await writer.terminate({ wait: true });
    expect(await list(volume)).toEqual(["d 2 0", "d/f 1 4", "l 3 3"]);
    expect(await list(volume, "/", false)).toEqual(["d 2 0", "l 3 3"]);
    expect(await read(volume, "d/f")).toBe("one\n");
    expect(await read(volume, "/l")).toBe("one\n");
    expect((await run(early, ["ls", "/data"])).stdout).toBe("");
    await early.reloadVolumes();
    expect((await run(early, ["cat", "/data/l"])).stdout).toBe("one\n");
    await early.terminate();
  },
);

test.skipIf(noIsolation)(
  "`sync` commits at once, and of two that write one file the last commit wins",
  async () => {
    const volume = await newVolume();
    const [a, b] = [await mounted(volume), await mounted(volume)];
    await run(a, ["sh", "-c", "echo a > /data/same; echo a > /data/a"]);
    await run(b, ["sh", "-c", "echo b > /data/same; echo b > /data/b"]);
    await run(b, ["sync", "/data"]);
    expect(await list(volume)).toEqual(["b 1 2", "same 1 2"]);
    await run(a, ["sync", "/data"]);
    expect(await read(volume, "same")).toBe("a\n");
    await b.terminate({ wait: true }); // has changed nothing since its own commit
    expect(await read(volume, "same")).toBe("a\n");
    expect(await list(volume)).toEqual(["a 1 2", "b 1 2", "same 1 2"]);
    await a.terminate();
  },
);

test.skipIf(noIsolation)(
  "a file that was taken away or changed in a sandbox is so in the volume",
  async () => {
    const volume = await newVolume();
    await upload(volume, "keep", Buffer.from("keep"));
    await upload(volume, "gone", Buffer.from("gone"));
    await upload(volume, "changed", Buffer.from("old"));
    const sandbox = await mounted(volume);
    await run(sandbox, ["sh", "-c", "rm /data/gone; printf new > /data/changed"]);
    await sandbox.terminate({ wait: true });
    expect(await list(volume)).toEqual(["changed 1 3", "keep 1 4"]);
    expect(await read(volume, "changed")).toBe("new");
  },
);

test.skipIf(noIsolation)(
  "a read-only mount can be read and not written, and a part of a volume can be mounted",
  async () => {
    const volume = await newVolume();
    await upload(volume, "part/f", Buffer.from("x"));
    const mount = volume.withMountOptions({ readOnly: true, subPath: "part" });
    const sandbox = await mounted(mount);
    expect((await run(sandbox, ["cat", "/data/f"])).stdout).toBe("x");
    expect((await run(sandbox, ["sh", "-c", "echo y > /data/f"])).exitCode).not.toBe(0);
    await expect(sandbox.filesystem.writeText("y", "/data/f")).rejects.toBeInstanceOf(
      modal.sdk.SandboxFilesystemPermissionError,
    );
    await upload(volume, "part/g", Buffer.from("later"));
    await sandbox.reloadVolumes();
    expect((await run(sandbox, ["cat", "/data/g"])).stdout).toBe("later");
    await sandbox.terminate({ wait: true });
    expect(await list(volume)).toEqual(["part 2 0", "part/f 1 1", "part/g 1 5"]);
  },
);

test("an upload sends only blocks that are missing, and is there at once", async () => {
  const volume = await newVolume();
  const data = Buffer.from("once");
  expect(await upload(volume, "a", data)).toBe(1);
  expect(await upload(volume, "b", data)).toBe(0);
  expect(await read(volume, "b")).toBe("once");
  const { volumeId } = volume;
  const blocks = [{ contentsSha256: createHash("sha256").update(data).digest() }];
  const files = [{ path: "a", size: 4, blocks }];
  await expect(
    modal.client.cpClient.volumePutFiles2({
      volumeId,
      files,
      disallowOverwriteExistingFiles: true,
    }),
  ).rejects.toThrow("ALREADY_EXISTS");
  expect(
    await modal.client.cpClient.volumeGetFile2({ volumeId, path: "a", start: 1, len: 2 }),
  ).toMatchObject({
    size: 4,
    len: 2,
  });
});

test("files are copied, removed and not found; volumes are renamed, listed and deleted", async () => {
  const volume = await newVolume(1);
  const { volumeId } = volume;
  const { cpClient } = modal.client;
  await upload(volume, "d/f", Buffer.from("x"));
  await cpClient.volumeCopyFiles2({ volumeId, srcPaths: ["d"], dstPath: "e", recursive: true });
  expect(await list(volume)).toEqual(["d 2 0", "d/f 1 1", "e 2 0", "e/f 1 1"]);
  await expect(cpClient.volumeRemoveFile2({ volumeId, path: "d" })).rejects.toThrow(
    "INVALID_ARGUMENT",
  );
  await cpClient.volumeRemoveFile2({ volumeId, path: "d", recursive: true });
  expect(await list(volume)).toEqual(["e 2 0", "e/f 1 1"]);
  await expect(cpClient.volumeRemoveFile2({ volumeId, path: "d" })).rejects.toThrow("NOT_FOUND");
  await expect(cpClient.volumeGetFile2({ volumeId, path: "e" })).rejects.toThrow("NOT_FOUND");
  await expect(list(volume, "/no")).rejects.toThrow("NOT_FOUND");
  await expect(list(volume, "../x")).rejects.toThrow("INVALID_ARGUMENT");
  await cpClient.volumeRename({ volumeId, name: "renamed" });
  const { items } = await cpClient.volumeList({ environmentName: "" });
  expect(items.find((item) => item.volumeId === volumeId)).toMatchObject({
    label: "renamed",
    metadata: { version: 1 },
  });
  await modal.client.volumes.delete("renamed");
  await expect(modal.client.volumes.fromName("renamed")).rejects.toBeInstanceOf(
    modal.sdk.NotFoundError,
  );
});

test("the older calls for version 1 write and list too", async () => {
  const volume = await newVolume(1);
  const data = Buffer.from("first version");
  const sha256Hex = createHash("sha256").update(data).digest("hex");
  const { cpClient } = modal.client;
  expect((await cpClient.mountPutFile({ sha256Hex })).exists).toBe(false);
  expect((await cpClient.mountPutFile({ sha256Hex, data })).exists).toBe(true);
  const { volumeId } = volume;
  await cpClient.volumePutFiles({ volumeId, files: [{ filename: "v1", sha256Hex }] });
  const names: string[] = [];
  for await (const { entries } of cpClient.volumeListFiles({ volumeId, path: "/" })) {
    names.push(...entries.map(({ path }) => path));
  }
  expect(names).toEqual(["v1"]);
  expect(await read(volume, "v1")).toBe("first version");
});

test.skipIf(noIsolation)(
  "writes are committed in the background while a sandbox runs on",
  async () => {
    await using quick = await openModal({ backgroundCommitMs: 200 });
    const volume = await quick.client.volumes.fromName("v", { createIfMissing: true });
    const volumes = { "/data": volume };
    const sandbox = await quick.client.sandboxes.create(quick.app, quick.image, { volumes });
    await run(sandbox, ["sh", "-c", "echo x > /data/f"]);
    await expect
      .poll(() => quick.emulator.volumes()[0]?.files, { timeout: 10_000 })
      .toEqual({ f: 2 });
  },
);

test.skipIf(noIsolation)(
  "files that come and go while they are committed do not trouble it",
  async () => {
    await using quick = await openModal({ backgroundCommitMs: 20 });
    const volume = await quick.client.volumes.fromName("v", { createIfMissing: true });
    const volumes = { "/data": volume };
    const sandbox = await quick.client.sandboxes.create(quick.app, quick.image, { volumes });
    const command =
      "i=0; while [ $i -lt 500 ]; do mkdir -p /data/d$i; echo x > /data/d$i/f; rm -r /data/d$i; i=$((i+1)); done; echo last > /data/last";
    expect((await run(sandbox, ["sh", "-c", command])).exitCode).toBe(0);
    expect(await sandbox.terminate({ wait: true })).toBe(137);
    expect(quick.emulator.volumes()[0]?.files).toEqual({ last: 5 });
  },
);
