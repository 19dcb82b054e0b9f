import { expect, test } from "vitest";
import { openModal, run } from "./testing/open-modal.ts";

test("without isolation, processes are the machine's own, and the filesystem API keeps to the sandbox's folder", async () => {
  await using modal = await openModal({ isolation: "none" });
  expect(modal.emulator.isolation).toBe("none");
  expect(modal.emulator.isolationMissing).toBeNull();
  const volume = await modal.client.volumes.fromName("v", { createIfMissing: true });
  const volumes = { "/data": volume };
  const sandbox = await modal.client.sandboxes.create(modal.app, modal.image, { volumes });
  await sandbox.filesystem.writeText("in the volume", "/data/f");
  await sandbox.filesystem.writeText("in the sandbox", "/nowhere-else/f");
  await sandbox.filesystem.makeDirectory("/work");
  const child = await sandbox.exec(["sh", "-c", "cat ../nowhere-else/f"], { workdir: "/work" });
  expect(await child.stdout.readText()).toBe("in the sandbox");
  expect((await run(sandbox, ["cat", "/nowhere-else/f"])).exitCode).toBe(1);
  await sandbox.terminate({ wait: true });
  expect(modal.emulator.volumes()[0]?.files).toEqual({ f: 13 });
});

test("without isolation, an image's commands are only recorded, and those that plainly fail do", async () => {
  await using modal = await openModal({ isolation: "none" });
  const image = modal.client.images.fromRegistry("x");
  await image.dockerfileCommands(["RUN apt-get install -y everything"]).build(modal.app);
  await expect(image.dockerfileCommands(["RUN false"]).build(modal.app)).rejects.toThrow(
    "RUN false ended with 1",
  );
  await expect(image.dockerfileCommands(["RUN exit 3"]).build(modal.app)).rejects.toThrow(
    "ended with 3",
  );
});
