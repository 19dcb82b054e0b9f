import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openModal, run, type OpenModal } from "./testing/open-modal.ts";

let modal: OpenModal;
beforeAll(async () => (modal = await openModal()));
afterEach(() => modal.emulator.faults.clear());
afterAll(() => modal[Symbol.asyncDispose]());

const create = () => modal.client.sandboxes.create(modal.app, modal.image);
const living = () => modal.emulator.sandboxes().filter(({ state }) => state !== "finished").length;

describe("a call that fails", () => {
  test("is tried again by the SDK under one key, and has its effect once", async () => {
    const { emulator } = modal;
    const before = living();
    const fault = emulator.faults.add({
      rpc: "SandboxCreateV2",
      error: { code: "UNAVAILABLE" },
      after: true,
      times: 2,
    });
    const sandbox = await create();
    expect(fault.hits).toBe(2);
    expect(living()).toBe(before + 1);
    const tries = emulator.calls.filter(({ rpc }) => rpc === "SandboxCreateV2").slice(-3);
    expect(new Set(tries.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(tries[0]?.idempotencyKey).toMatch(/^[0-9a-f-]{36}$/);
    await sandbox.terminate();
  });

  test("for want of room is tried again only when the answer says when", async () => {
    const { emulator } = modal;
    emulator.faults.add({
      rpc: "SandboxCreateV2",
      error: { code: "RESOURCE_EXHAUSTED", message: "full" },
    });
    await expect(create()).rejects.toThrow("RESOURCE_EXHAUSTED: full");
    const error = { code: "RESOURCE_EXHAUSTED", retryAfterSecs: 0.3 } as const;
    const fault = emulator.faults.add({ rpc: "SandboxCreateV2", times: 2, error });
    const start = performance.now();
    await (await create()).terminate();
    expect(fault.hits).toBe(2);
    expect(performance.now() - start).toBeGreaterThan(590);
  });

  test("may be one of many: after some that go well, and only those that are meant", async () => {
    const sandbox = await create();
    const when = (request: unknown) =>
      (request as { commandArgs: string[] }).commandArgs.includes("two");
    const fault = modal.emulator.faults.add({
      rpc: "TaskExecStart",
      skip: 1,
      times: Infinity,
      when,
      error: { code: "INVALID_ARGUMENT", message: "no" },
    });
    expect((await run(sandbox, ["echo", "two"])).stdout).toBe("two\n");
    expect((await run(sandbox, ["echo", "one"])).stdout).toBe("one\n");
    await expect(sandbox.exec(["echo", "two"])).rejects.toThrow("INVALID_ARGUMENT: no");
    fault.remove();
    expect((await run(sandbox, ["echo", "two"])).stdout).toBe("two\n");
    await sandbox.terminate();
  });

  test("may be slow, or never answered", async () => {
    const { client, emulator } = modal;
    emulator.faults.add({ rpc: "SecretList", delayMs: 300 });
    const start = performance.now();
    await client.cpClient.secretList({ environmentName: "" });
    expect(performance.now() - start).toBeGreaterThan(290);
    emulator.faults.add({ rpc: "SecretList", hang: true });
    const signal = AbortSignal.timeout(300);
    await expect(client.cpClient.secretList({ environmentName: "" }, { signal })).rejects.toThrow(
      /abort/i,
    );
  });

  test("of which the emulator has nothing is refused, and counted", async () => {
    await expect(modal.client.cpClient.workspaceSettings({})).rejects.toThrow("UNIMPLEMENTED");
    expect(modal.emulator.counts()["WorkspaceSettings"]).toBe(1);
  });
});

describe("a stream of output that is cut", () => {
  test("goes on where it was cut", async () => {
    const sandbox = await create();
    const child = await sandbox.exec(["seq", "1", "50000"]);
    modal.emulator.faults.add({ rpc: "TaskExecStdioRead", times: 3, cutStreamAfterBytes: 1000 });
    const whole = Array.from({ length: 50_000 }, (_, at) => `${at + 1}\n`).join("");
    expect((await child.stdout.readText()) === whole).toBe(true);
    const offsets = modal.emulator.calls
      .filter(({ rpc }) => rpc === "TaskExecStdioRead")
      .map(({ request }) => (request as { offset: number }).offset);
    expect(offsets.slice(-4)).toEqual([0, 1000, 2000, 3000]);
    await sandbox.terminate();
  });
});

describe("a sandbox whose worker is lost", () => {
  test("is not found by its task any more, and ended by an internal failure", async () => {
    const sandbox = await create();
    const child = await sandbox.exec(["sleep", "60"]);
    const reading = expect(child.stdout.readText()).rejects.toThrow("NOT_FOUND");
    await modal.emulator.loseSandbox(sandbox.sandboxId);
    await reading;
    await expect(child.wait()).rejects.toThrow("NOT_FOUND");
    await expect(sandbox.exec(["true"])).rejects.toThrow("NOT_FOUND");
    await expect(sandbox.filesystem.readText("/x")).rejects.toBeInstanceOf(modal.sdk.NotFoundError);
    expect(await sandbox.poll()).toBe(1);
    expect(modal.emulator.sandboxes().at(-1)?.result).toMatchObject({ status: "internal_failure" });
  });

  test("loses what it had not committed", async () => {
    const volume = await modal.client.volumes.fromName("lost", { createIfMissing: true });
    const volumes = { "/data": volume };
    const sandbox = await modal.client.sandboxes.create(modal.app, modal.image, { volumes });
    await run(sandbox, ["sh", "-c", "echo x > /data/f"]);
    await modal.emulator.loseSandbox(sandbox.sandboxId, { afterMs: 50 });
    expect(modal.emulator.volumes().find(({ name }) => name === "lost")?.files).toEqual({});
  });

  test("may have been preempted, or evicted for its memory", async () => {
    const [preempted, evicted] = [await create(), await create()];
    await modal.emulator.preempt(preempted.sandboxId);
    await modal.emulator.evict(evicted.sandboxId);
    expect([await preempted.wait(), await evicted.wait()]).toEqual([137, 137]);
    expect(
      modal.emulator
        .sandboxes()
        .slice(-2)
        .map(({ result }) => result?.status),
    ).toEqual(["terminated", "memory_eviction"]);
  });
});

describe("tokens", () => {
  test("that expire are replaced in good time", async () => {
    await using quick = await openModal({ tokenTtlSecs: 2, routerTokenTtlSecs: 2 });
    const sandbox = await quick.client.sandboxes.create(quick.app, quick.image);
    await run(sandbox, ["true"]);
    await sleep(2500);
    expect((await run(sandbox, ["echo", "still"])).stdout).toBe("still\n");
    expect(await sandbox.poll()).toBeNull();
    expect(quick.emulator.counts()["AuthTokenGet"]).toBeGreaterThan(1);
  });

  test("and credentials that are wrong open nothing", async () => {
    const { ModalClient } = modal.sdk;
    Object.assign(process.env, modal.emulator.env);
    const client = new ModalClient({ tokenId: "ak-no", tokenSecret: "as-no", logLevel: "error" });
    await expect(client.apps.fromName("x")).rejects.toThrow("UNAUTHENTICATED");
    modal.emulator.expireTokens();
    await expect(modal.client.cpClient.secretList({ environmentName: "" })).rejects.toThrow(
      "UNAUTHENTICATED",
    );
  });
});
