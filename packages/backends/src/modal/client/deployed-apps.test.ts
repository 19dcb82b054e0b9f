import { expect, test } from "vitest";
import { DeployedApps } from "./deployed-apps.ts";

/** Apps of a control plane of which only some calls are asked. */
function apps(calls: Record<string, (request: never) => unknown>): DeployedApps {
  return new DeployedApps({ cpClient: calls } as never, "lab");
}

const row = { appId: "ap-1", name: "one", description: "", createdAt: 1, nRunningTasks: 0 };
const batch = (entryId: string, ...lines: string[]) => ({
  entryId,
  appDone: false,
  items: lines.map((data) => ({ data })),
});
/** An error as gRPC has them, with its status code. */
const refusal = (code: number) => Object.assign(new Error("away"), { code });

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

test("apps that are stopped, or that nobody has published, are on no list", async () => {
  const states = [1, 2, 3, 4, 5, 6, 7];
  const cloud = apps({
    appList: async () => ({
      apps: states.map((state) => ({ ...row, appId: `ap-${state}`, state })),
    }),
  });
  const found = await cloud.list();
  expect(found.map(({ id, isDeployed }) => [id, isDeployed])).toEqual([
    ["ap-1", false],
    ["ap-2", false],
    ["ap-3", true],
  ]);
  expect(await cloud.find("one")).toMatchObject({ id: "ap-3" });
  expect(await cloud.find("other")).toBeNull();
});

test("a log whose stream ends or breaks is taken up where it was", async () => {
  const asked: string[] = [];
  const cloud = apps({
    async *appGetLogs({ lastEntryId }: { lastEntryId: string }) {
      asked.push(lastEntryId);
      if (asked.length === 1) {
        yield batch("1", "a\n", "b\n");
        throw refusal(14);
      }
      if (asked.length === 2) yield batch("2", "c\n");
      else yield { ...batch("3"), appDone: true };
    },
  });
  const lines = await all(cloud.followLogs({ appId: "ap-1" }, new AbortController().signal));
  expect(lines).toEqual(["a\n", "b\n", "c\n"]);
  expect(asked).toEqual(["", "1", "2"]);
});

test("a log that may not be read is an error, and not an empty log", async () => {
  const cloud = apps({
    // oxlint-disable-next-line require-yield -- it fails before it has anything
    async *appGetLogs() {
      throw refusal(7);
    },
  });
  const lines = cloud.followLogs({ appId: "ap-1" }, new AbortController().signal);
  await expect(all(lines)).rejects.toThrow("away");
});

test("the newest entries are looked for further and further back", async () => {
  const spans: number[] = [];
  const cloud = apps({
    async appFetchLogs({ since, until }: { since: Date; until: Date }) {
      spans.push((until.getTime() - since.getTime()) / 3_600_000);
      return { batches: spans.length < 3 ? [] : [{ items: [{ data: "old\n" }, { data: "" }] }] };
    },
  });
  expect(await cloud.recentLogs({ appId: "ap-1" })).toEqual(["old\n"]);
  expect(spans).toEqual([1, 24, 720]);
});

test("an app that is not there has no address; a failure is not taken for that", async () => {
  const missing = new DeployedApps(
    { cls: { fromName: () => Promise.reject(refusal(5)) } } as never,
    "",
  );
  expect(await missing.webUrl("app", "Server", "serve")).toBeNull();
  const away = new DeployedApps(
    { cls: { fromName: () => Promise.reject(refusal(14)) } } as never,
    "",
  );
  await expect(away.webUrl("app", "Server", "serve")).rejects.toThrow("away");
});
