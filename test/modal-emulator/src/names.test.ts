import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openModal, run, type OpenModal } from "./testing/open-modal.ts";

let modal: OpenModal;
beforeAll(async () => (modal = await openModal()));
afterAll(() => modal[Symbol.asyncDispose]());

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("secrets", () => {
  const create = (deploymentName: string, objectCreationType: 0 | 1 | 2 | 3, envDict = {}) =>
    modal.client.cpClient.secretGetOrCreate({ deploymentName, objectCreationType, envDict });

  test("are created, kept, refused or overwritten, as the call says", async () => {
    await expect(create("s", 0)).rejects.toThrow("NOT_FOUND");
    const { secretId } = await create("s", 2, { A: "1" });
    await expect(create("s", 2, { A: "2" })).rejects.toThrow("ALREADY_EXISTS");
    expect((await create("s", 1, { A: "3" })).secretId).toBe(secretId);
    expect(modal.emulator.secrets()).toEqual([{ id: secretId, name: "s", values: { A: "1" } }]);
    expect((await create("s", 3, { B: "4" })).secretId).toBe(secretId);
    expect(modal.emulator.secrets()[0]?.values).toEqual({ B: "4" });
    await modal.client.cpClient.secretUpdate({
      secretId,
      updates: [{ key: "C", value: "5" }, { key: "B" }],
    });
    expect(modal.emulator.secrets()[0]?.values).toEqual({ C: "5" });
  });

  test("are listed by name and keys, never with their values", async () => {
    await create("listed", 1, { TOKEN: "very-secret" });
    const reply = await modal.client.cpClient.secretList({ environmentName: "" });
    expect(reply.items.find(({ label }) => label === "listed")?.metadata?.keys).toEqual(["TOKEN"]);
    expect(JSON.stringify(reply)).not.toContain("very-secret");
  });

  test("that lack a key, or are not there, cannot be used", async () => {
    await create("short", 1, { A: "1" });
    await expect(
      modal.client.secrets.fromName("short", { requiredKeys: ["A", "B"] }),
    ).rejects.toThrow("missing key(s): B");
    await expect(modal.client.secrets.fromName("none")).rejects.toBeInstanceOf(
      modal.sdk.NotFoundError,
    );
    await modal.client.secrets.delete("short");
    await expect(modal.client.secrets.fromName("short")).rejects.toBeInstanceOf(
      modal.sdk.NotFoundError,
    );
  });

  test("are in the variables of a sandbox, later ones over earlier ones", async () => {
    await create("base", 1, { A: "named", B: "named" });
    const named = await modal.client.secrets.fromName("base");
    const inline = await modal.client.secrets.fromObject({ B: "inline" });
    const sandbox = await modal.client.sandboxes.create(modal.app, modal.image, {
      secrets: [named, inline],
      env: { C: "env" },
    });
    expect((await run(sandbox, ["sh", "-c", "echo $A $B $C"])).stdout).toBe("named inline env\n");
    expect(modal.emulator.sandboxes().at(-1)?.variables).toEqual(["A", "B", "C"]);
    const child = await sandbox.exec(["sh", "-c", "echo $B"], { secrets: [named] });
    expect(await child.stdout.readText()).toBe("named\n");
    await sandbox.terminate();
  });
});

test("environments have apps, secrets and volumes of their own, which go with them", async () => {
  const { client } = modal;
  await client.environments.objects.create("dev");
  await expect(client.environments.objects.create("dev")).rejects.toThrow();
  expect((await collect(client.environments.objects.list())).map(({ name }) => name)).toEqual([
    "main",
    "dev",
  ]);
  const app = await client.apps.fromName("a", { environment: "dev", createIfMissing: true });
  await client.volumes.fromName("v", { environment: "dev", createIfMissing: true });
  await expect(client.volumes.fromName("v")).rejects.toBeInstanceOf(modal.sdk.NotFoundError);
  const sandbox = await client.sandboxes.create(app, modal.image);
  await client.environments.objects.delete("dev");
  expect(await sandbox.wait()).toBe(137);
  await expect(client.apps.fromName("a", { environment: "dev" })).rejects.toBeInstanceOf(
    modal.sdk.NotFoundError,
  );
  expect(modal.emulator.environments()).toEqual(["main"]);
});

test("apps are made, found, listed and stopped with all their sandboxes", async () => {
  const { client } = modal;
  await expect(client.apps.fromName("new")).rejects.toBeInstanceOf(modal.sdk.NotFoundError);
  const app = await client.apps.fromName("new", { createIfMissing: true });
  expect((await client.apps.fromName("new")).appId).toBe(app.appId);
  const sandbox = await client.sandboxes.create(app, modal.image);
  const listed = async () =>
    (await client.cpClient.appList({ environmentName: "" })).apps.find(
      ({ appId }) => appId === app.appId,
    );
  expect(await listed()).toMatchObject({ name: "new", state: 3, nRunningTasks: 1 });
  await client.cpClient.appStop({ appId: app.appId, source: 1 });
  expect(await sandbox.wait()).toBe(137);
  expect(await listed()).toMatchObject({ state: 5, nRunningTasks: 0 });
  await expect(client.sandboxes.create(app, modal.image)).rejects.toThrow("is stopped");
  expect((await client.apps.fromName("new", { createIfMissing: true })).appId).not.toBe(app.appId);
});
