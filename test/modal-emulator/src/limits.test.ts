import { afterAll, beforeAll, expect, test } from "vitest";
import { openModal, run, type OpenModal } from "./testing/open-modal.ts";

/** A hundred seconds pass in one. */
let modal: OpenModal;
beforeAll(async () => (modal = await openModal({ timeScale: 100 })));
afterAll(() => modal[Symbol.asyncDispose]());

const create = (params: Parameters<typeof modal.client.sandboxes.create>[2] = {}, open = modal) =>
  open.client.sandboxes.create(open.app, open.image, params);
const lastResult = () => modal.emulator.sandboxes().at(-1)?.result?.status;

test("a sandbox ends after the time that it was given, with 124", async () => {
  const sandbox = await create({ timeoutMs: 60_000, command: ["sleep", "60"] });
  expect(await sandbox.wait()).toBe(124);
  expect(lastResult()).toBe("timeout");
});

test("a sandbox that was given no time ends after five minutes", async () => {
  const start = performance.now();
  expect(await (await create()).wait()).toBe(124);
  expect(performance.now() - start).toBeGreaterThan(2900);
});

test("a sandbox cannot be given more than a day, a command of 64 KiB, or a GPU on the second backend", async () => {
  await expect(create({ timeoutMs: 86_401_000 })).rejects.toThrow("between 1 and 86400 seconds");
  await expect(create({ command: ["echo", "x".repeat(65_536)] })).rejects.toThrow(
    "longer than 65536",
  );
  const { appId } = modal.app;
  const { imageId } = modal.image;
  const definition = { imageId, resources: { gpuConfig: { gpuType: "H100", count: 1 } } };
  await expect(modal.client.cpClient.sandboxCreateV2({ appId, definition })).rejects.toThrow(
    "GPUs",
  );
  const workdir = { imageId, workdir: "here" };
  await expect(
    modal.client.cpClient.sandboxCreateV2({ appId, definition: workdir }),
  ).rejects.toThrow("absolute");
});

test("a sandbox that does nothing for its idle timeout ends; one that works does not", async () => {
  const idle = await create({ idleTimeoutMs: 50_000, timeoutMs: 3_600_000 });
  const busy = await create({ idleTimeoutMs: 50_000, timeoutMs: 3_600_000 });
  const child = await busy.exec(["sleep", "1.5"]);
  expect(await idle.wait()).toBe(0);
  expect(await child.wait()).toBe(0);
  expect(await busy.poll()).toBeNull();
  expect(await busy.wait()).toBe(0);
});

test("a process is killed when its own time is over", async () => {
  const sandbox = await create({ timeoutMs: 3_600_000 });
  expect(await (await sandbox.exec(["sleep", "20"], { timeoutMs: 50_000 })).wait()).toBe(137);
  expect((await run(sandbox, ["echo", "more"])).stdout).toBe("more\n");
  await sandbox.terminate();
});

test("creations that come too fast are held back, and all succeed", async () => {
  await using slow = await openModal({ createsPerSecond: 10 });
  const start = performance.now();
  const sandboxes = await Promise.all(Array.from({ length: 15 }, () => create({}, slow)));
  expect(performance.now() - start).toBeGreaterThan(450);
  expect(new Set(sandboxes.map(({ sandboxId }) => sandboxId)).size).toBe(15);
  expect(slow.emulator.counts()["SandboxCreateV2"]).toBeGreaterThan(15);
  expect(slow.emulator.sandboxes()).toHaveLength(15);
});

test("a workspace has no more sandboxes at a time than it may", async () => {
  await using small = await openModal({ maxSandboxes: 1 });
  const first = await create({}, small);
  await expect(create({}, small)).rejects.toThrow("RESOURCE_EXHAUSTED");
  await first.terminate();
  await (await create({}, small)).terminate();
});

test("a list comes in pages, newest first, of both backends apart", async () => {
  await using paged = await openModal({ pageSize: 3 });
  const made: string[] = [];
  for (let at = 0; at < 8; at += 1) made.push((await create({}, paged)).sandboxId);
  await create({ gpu: "T4" }, paged);
  const found: string[] = [];
  for await (const { sandboxId } of paged.client.sandboxes.list({ appId: paged.app.appId }))
    found.push(sandboxId);
  expect(found).toEqual(made.toReversed());
  expect(paged.emulator.counts()["SandboxListV2"]).toBe(4);
  expect(
    (await paged.client.cpClient.sandboxList({ appId: paged.app.appId })).sandboxes,
  ).toHaveLength(1);
});

test("a sandbox that waits for a worker is not there for its task yet", async () => {
  await using slow = await openModal({ schedulingDelayMs: 700 });
  const creating = create({ gpu: "T4" }, slow);
  await expect.poll(() => slow.emulator.sandboxes()[0]?.state).toBe("pending");
  const sandbox = await creating;
  expect((await run(sandbox, ["echo", "at last"])).stdout).toBe("at last\n");
  expect(slow.emulator.counts()["SandboxGetTaskId"]).toBeGreaterThan(1);
});
