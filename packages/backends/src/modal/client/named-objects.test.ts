import { expect, test } from "vitest";
import { NamedObjects } from "./named-objects.ts";

/** A control plane of which only some calls are asked. */
function objects(calls: Record<string, (request: never) => Promise<unknown>>): NamedObjects {
  return new NamedObjects(calls as never, 1000);
}

/** An error as gRPC has them, with its status code. */
function refusal(code: number, message: string): Error {
  return Object.assign(new Error(message), { code });
}

test("a list of secrets is read page by page, to its end", async () => {
  const all = Array.from({ length: 230 }, (_, n) => ({
    label: `s${n}`,
    secretId: `st-${n}`,
    createdAt: 1000 - n,
    metadata: { keys: ["A"] },
  }));
  const asked: number[] = [];
  const cloud = objects({
    async secretList({
      pagination,
    }: {
      pagination: { maxObjects: number; createdBefore: number };
    }) {
      asked.push(pagination.createdBefore);
      const older = all.filter(({ createdAt }) => createdAt < pagination.createdBefore);
      return { items: older.slice(0, pagination.maxObjects) };
    },
  });
  expect((await cloud.secrets("lab")).map(({ name }) => name)).toEqual(
    all.map(({ label }) => label),
  );
  expect(asked.slice(1)).toEqual([901, 801]);
});

test("a list that comes whole, whatever is asked for, ends too", async () => {
  const items = Array.from({ length: 100 }, (_, n) => ({
    label: `v${n}`,
    volumeId: `vo-${n}`,
    createdAt: n,
    metadata: { version: 2 },
  }));
  const cloud = objects({ volumeList: async () => ({ items }) });
  expect(await cloud.volumes("lab")).toHaveLength(100);
});

test("a secret whose keys the list does not tell is asked for each", async () => {
  const cloud = objects({
    async secretList() {
      return { items: [{ label: "one", secretId: "st-1", createdAt: 1, metadata: { keys: [] } }] };
    },
    async secretGetOrCreate(request: { requiredKeys: string[]; objectCreationType: number }) {
      expect(request).toMatchObject({ objectCreationType: 0 });
      if (request.requiredKeys[0] === "A") return { secretId: "st-1" };
      throw refusal(9, "it is missing key(s): B");
    },
  });
  expect(await cloud.secrets("lab")).toEqual([{ name: "one", id: "st-1", keys: null }]);
  expect(await cloud.keysOf("lab", "one", ["A", "B"])).toEqual(["A"]);
});

test("a failure is not taken for a key that is missing", async () => {
  const cloud = objects({
    async secretGetOrCreate() {
      throw refusal(14, "away");
    },
  });
  await expect(cloud.keysOf("lab", "one", ["A"])).rejects.toThrow("away");
});

test("a reply that mx does not know is an error that names the call", async () => {
  const cloud = objects({ volumeList: async () => ({ items: [{ label: 5 }] }) });
  await expect(cloud.volumes("lab")).rejects.toThrow(
    /^volumes: Modal's reply is not what mx knows/,
  );
});
