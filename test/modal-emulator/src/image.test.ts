import { afterAll, beforeAll, expect, test } from "vitest";
import { openModal, run, type OpenModal } from "./testing/open-modal.ts";
import { noIsolation } from "./testing/no-isolation.ts";

let modal: OpenModal;
beforeAll(async () => (modal = await openModal()));
afterAll(() => modal[Symbol.asyncDispose]());

const build = (commands: string[], tag = "debian:12") =>
  modal.client.images.fromRegistry(tag).dockerfileCommands(commands).build(modal.app);
const stateOf = (id: string) => modal.emulator.images().find((image) => image.id === id);

test.skipIf(noIsolation)(
  "an image's commands run, and what they leave is in its sandboxes",
  async () => {
    const image = await build([
      'ENV COLOUR=blue LONG="two words"',
      "WORKDIR /made",
      "RUN echo $COLOUR > f && echo aGk= | base64 -d > /root/hi",
    ]);
    const sandbox = await modal.client.sandboxes.create(modal.app, image);
    const { stdout } = await run(sandbox, ["sh", "-c", 'pwd; cat f /root/hi; echo "$LONG"']);
    expect(stdout).toBe("/made\nblue\nhitwo words\n");
    await run(sandbox, ["sh", "-c", "echo changed > /made/f"]);
    const other = await modal.client.sandboxes.create(modal.app, image);
    expect((await run(other, ["cat", "/made/f"])).stdout).toBe("blue\n");
  },
);

test.skipIf(noIsolation)("two images with different files stay different", async () => {
  const images = [await build(["RUN echo 1 > /arm"]), await build(["RUN echo 2 > /arm"])];
  const seen = await Promise.all(
    images.map(async (image) => {
      const sandbox = await modal.client.sandboxes.create(modal.app, image);
      return (await run(sandbox, ["cat", "/arm"])).stdout;
    }),
  );
  expect(seen).toEqual(["1\n", "2\n"]);
});

test("the same image is built once, by however many at a time", async () => {
  const images = await Promise.all(
    Array.from({ length: 5 }, () => build(["RUN sleep 0.2; echo once > /once"])),
  );
  const ids = new Set(images.map(({ imageId }) => imageId));
  expect(ids.size).toBe(1);
  expect(stateOf([...ids][0]!)?.timesBuilt).toBe(1);
  const forced = await modal.client.images
    .fromRegistry("debian:12")
    .dockerfileCommands(["RUN sleep 0.2; echo once > /once"], { forceBuild: true })
    .build(modal.app);
  expect(ids.has(forced.imageId)).toBe(false);
});

test.skipIf(noIsolation)(
  "a build that fails says why, keeps its log, and is tried again the next time",
  async () => {
    const commands = ["RUN echo looking >&2; test -e /nope"];
    await expect(build(commands)).rejects.toThrow(
      /Image build for im-\w+ failed with the exception:\nRUN .* ended with 1/,
    );
    const failed = modal.emulator.images().at(-1)!;
    expect(failed).toMatchObject({
      state: "failed",
      log: expect.stringContaining("looking") as string,
    });
    await expect(build(commands)).rejects.toThrow("failed");
    expect(modal.emulator.images().at(-1)!.id).not.toBe(failed.id);
  },
);

test.skipIf(noIsolation)(
  "a build's log can be followed while it goes on, from any entry",
  async () => {
    const { cpClient } = modal.client;
    const { appId } = modal.app;
    const image = { dockerfileCommands: ["FROM x", "RUN echo first; sleep 0.3; echo second"] };
    const { imageId, result } = await cpClient.imageGetOrCreate({
      appId,
      image,
      builderVersion: "2025.06",
    });
    expect(result).toBeUndefined();
    const logs: string[] = [];
    let status = 0;
    let entry = "";
    for await (const item of cpClient.imageJoinStreaming({ imageId, timeout: 55 })) {
      logs.push(...item.taskLogs.map(({ data }) => data));
      entry ||= item.entryId;
      status = item.result?.status ?? 0;
    }
    expect(logs.join("")).toContain("first\n");
    expect(logs.join("")).toContain("second\n");
    expect(status).toBe(1);
    const rest: string[] = [];
    for await (const item of cpClient.imageJoinStreaming({
      imageId,
      timeout: 55,
      lastEntryId: entry,
    })) {
      rest.push(...item.taskLogs.map(({ data }) => data));
    }
    expect(logs.join("").endsWith(rest.join(""))).toBe(true);
    expect(rest.length).toBeLessThan(logs.length);
  },
);

test.skipIf(noIsolation)(
  "a secret's variables are there while an image is built, and not in it",
  async () => {
    const secret = await modal.client.secrets.fromObject({ TOKEN: "t-1" });
    const image = await modal.client.images
      .fromRegistry("debian:12")
      .dockerfileCommands(["RUN echo ${#TOKEN} > /length"], { secrets: [secret] })
      .build(modal.app);
    const sandbox = await modal.client.sandboxes.create(modal.app, image);
    expect((await run(sandbox, ["sh", "-c", "cat /length; echo [$TOKEN]"])).stdout).toBe("3\n[]\n");
  },
);

test("an image is published under a name, found by it, and gone when it is deleted", async () => {
  const image = await build(["RUN echo named > /n"]);
  await image.publish("mine:v1");
  const found = await modal.client.images.fromName("mine:v1");
  expect(found.imageId).toBe(image.imageId);
  await expect(modal.client.images.fromName("mine:v2")).rejects.toBeInstanceOf(
    modal.sdk.NotFoundError,
  );
  await modal.client.images.delete(image.imageId);
  await expect(modal.client.images.fromId(image.imageId)).rejects.toThrow();
});

test.skipIf(noIsolation)(
  "a sandbox's files become an image, and a folder of it can be put into another",
  async () => {
    const sandbox = await modal.client.sandboxes.create(modal.app, modal.image);
    await run(sandbox, [
      "sh",
      "-c",
      "mkdir -p /kept/sub; echo all > /kept/sub/f; chmod 700 /kept/sub/f",
    ]);
    const whole = await sandbox.snapshotFilesystem();
    const folder = await sandbox.snapshotDirectory("/kept");
    const copy = await modal.client.sandboxes.create(modal.app, whole);
    const command = ["sh", "-c", "cat /kept/sub/f; stat -c %a /kept/sub/f"];
    expect((await run(copy, command)).stdout).toBe("all\n700\n");
    await run(copy, ["sh", "-c", "mkdir /there; echo before > /there/old"]);
    await copy.mountImage("/there", folder);
    expect((await run(copy, ["sh", "-c", "ls /there; cat /there/sub/f"])).stdout).toBe(
      "sub\nall\n",
    );
    await copy.unmountImage("/there");
    expect((await run(copy, ["cat", "/there/old"])).stdout).toBe("before\n");
  },
);

test("an image that nobody built, and a base that is not there, are refused", async () => {
  const { appId } = modal.app;
  const { cpClient } = modal.client;
  const image = {
    dockerfileCommands: ["FROM base"],
    baseImages: [{ dockerTag: "base", imageId: "im-no" }],
  };
  await expect(cpClient.imageGetOrCreate({ appId, image })).rejects.toThrow(
    "Image im-no not found",
  );
  await expect(
    cpClient.sandboxCreateV2({ appId, definition: { imageId: "im-no" } }),
  ).rejects.toThrow("Image im-no not found");
});
