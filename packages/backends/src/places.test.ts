import { posix } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend, Sandbox, SandboxSpec } from "./sandbox.ts";
import { testContainers, type TestContainers } from "./testing/container-image.ts";
import { backendNames, namedBackend } from "./testing/named-backend.ts";
import { limits, noBubblewrap, sh, testBackend, testContainer } from "./testing/test-backend.ts";

const file = (path: string, text: string) => ({ path, bytes: Buffer.from(text), mode: 0o644 });

const containers = await testContainers();

describe.each(backendNames)("%s", (name) => {
  const named = namedBackend(name, containers);
  if (typeof named === "string") {
    test.skip(named, () => {});
    return;
  }
  let backend: Backend;
  beforeAll(async () => {
    backend = await named.open();
  });
  afterAll(async () => {
    await backend[Symbol.asyncDispose]();
    await named.close();
  });
  const make = (spec: Partial<SandboxSpec> = {}): Promise<Sandbox> =>
    backend.create({ id: "test", network: "none", env: {}, limits, ...spec });
  /** Where a check's folders are: without isolation, beside the sandbox's own. */
  const at = (box: Sandbox, path: string) =>
    name === "process" ? posix.join(posix.dirname(box.paths.checks), posix.basename(path)) : path;

  test("a folder of an exec is empty when it starts, and can be read after it", async () => {
    const box = await make();
    const folder = at(box, "/logs/verifier");
    for (const round of ["one", "two"]) {
      const said = await sh(box, `ls -A ${folder}; echo ${round} >${folder}/reward.txt`, {
        folders: [folder],
      });
      expect(said).toMatchObject({ stdout: "", stderr: "", exitCode: 0 });
      const read = await box.readFile(`${folder}/reward.txt`, 100);
      expect(read?.bytes.toString()).toBe(`${round}\n`);
    }
    await box.release();
  });

  test("mounts and folders do not hide the workspace, the home or what is the host's", async () => {
    const box = await make();
    const { workspace, home } = box.paths;
    const wrong = [workspace, `${workspace}/x`, home, "/", "/etc/x", "/usr", "/tests/../etc", "x"];
    for (const path of wrong) {
      const mounts = sh(box, "true", { mounts: [{ path, files: [] }] });
      await expect(mounts, path).rejects.toMatchObject({ code: "bad_mount" });
      const folders = sh(box, "true", { folders: [path] });
      await expect(folders, path).rejects.toMatchObject({ code: "bad_mount" });
    }
    await box.release();
  });

  test("the files of a mount at /tests are there for one exec", async () => {
    const box = await make();
    const folder = at(box, "/tests");
    const mounts = [{ path: folder, files: [file("a/check.sh", "echo checked")] }];
    expect((await sh(box, `sh ${folder}/a/check.sh`, { mounts })).stdout).toBe("checked\n");
    expect((await sh(box, `cat ${folder}/a/check.sh`)).exitCode).not.toBe(0);
    await box.release();
  });

  test("the workspace is where the task says, or that is refused", async () => {
    if (name === "process") {
      await expect(make({ workdir: "/app" })).rejects.toMatchObject({
        code: "workdir_unsupported",
      });
      return;
    }
    const box = await make({ workdir: "/app/src" });
    expect(box.paths.workspace).toBe("/app/src");
    await box.putFiles([file("a/b", "text")]);
    expect(await sh(box, "pwd; cat a/b; cat /app/src/a/b")).toMatchObject({
      stdout: "/app/src\ntexttext",
      stderr: "",
    });
    expect((await box.readFile("a/b", 100))?.bytes.toString()).toBe("text");
    expect((await box.readFile("/app/src/a/b", 100))?.bytes.toString()).toBe("text");
    await box.release();
  });

  test("a check starts also where the agent has deleted the workspace", async () => {
    if (name === "process") return;
    const box = await make({ workdir: "/app/src" });
    expect((await sh(box, "rm -rf /app/src && chmod 0 /app")).exitCode).toBe(0);
    const mounts = [{ path: "/tests", files: [file("test.sh", "pwd")] }];
    expect(await sh(box, "sh /tests/test.sh", { mounts })).toMatchObject({
      ended: "exited",
      stdout: "/app/src\n",
    });
    await box.release();
  });

  test("what needs a builder is refused where there is none", async () => {
    if (name === "modal" || name === "container") return;
    const build = { dockerfile: "FROM debian\nRUN apt-get install -y jq\n" };
    const code = name === "local" ? "needs_image_build" : "image_unsupported";
    await expect(make({ build })).rejects.toMatchObject({ code });
  });
});

describe.skipIf(noBubblewrap !== "")("local", () => {
  test("an agent that makes the places of a verifier its own gains nothing", async () => {
    await using backend = await testBackend("local");
    const build = {
      dockerfile: "FROM debian\nWORKDIR /app\nRUN mkdir -p /logs/verifier /tests\n",
    };
    const box = await backend.create({ id: "x", network: "none", env: {}, limits, build });
    await sh(
      box,
      `echo 1 >/logs/verifier/reward.txt; echo planted >/tests/test.sh
       rm -rf /logs/verifier && ln -s /app /logs/verifier; chmod 0 /logs`,
    );
    const mounts = [{ path: "/tests", files: [file("test.sh", "echo true")] }];
    const folders = ["/logs/verifier"];
    const script = "ls -A /logs/verifier; sh /tests/test.sh; echo 0 >/logs/verifier/reward.txt";
    expect(await sh(box, script, { mounts, folders })).toMatchObject({ stdout: "true\n" });
    const read = await box.readFile("/logs/verifier/reward.txt", 10);
    expect(read?.bytes.toString()).toBe("0\n");
    expect(await box.readFile("reward.txt", 10)).toBeNull();
    await box.release();
  });

  test("nothing of one sandbox's folders is in the next", async () => {
    await using backend = await testBackend("local", { parallel: 1 });
    const build = { dockerfile: "FROM debian\nWORKDIR /app\nRUN mkdir -p /data\n" };
    for (let n = 0; n < 2; n += 1) {
      const box = await backend.create({ id: "x", network: "none", env: {}, limits, build });
      expect((await sh(box, "ls -A . /data; touch x /data/x")).stdout).toBe(".:\n\n/data:\n");
      await box.release();
    }
  });
});

describe.skipIf(typeof containers === "string")("container", () => {
  test("nothing that an agent puts in the way keeps a verifier from starting", async () => {
    await using backend = await testContainer(containers as TestContainers);
    const box = await backend.create({
      id: "x",
      network: "none",
      env: {},
      limits,
      workdir: "/app/src",
    });
    const inTheWay = [
      "ln -s /mx /logs; ln -s /proc /tests",
      "rm -rf /logs /tests; ln -s /logs /logs; echo x >/tests",
      "rm -rf /app/src; ln -s /nowhere /app/src",
      "rm -rf /app; ln -s /app /app; rm -rf /logs; ln -s /sys /logs",
    ];
    const mounts = [{ path: "/tests", files: [file("test.sh", "pwd; echo 0 >/logs/verifier/r")] }];
    for (const planted of inTheWay) {
      expect(await sh(box, planted), planted).toMatchObject({ ended: "exited", exitCode: 0 });
      const said = await sh(box, "sh /tests/test.sh", { mounts, folders: ["/logs/verifier"] });
      expect(said, planted).toMatchObject({ ended: "exited", stdout: "/app/src\n", exitCode: 0 });
      expect(String((await box.readFile("/logs/verifier/r", 10))?.bytes)).toBe("0\n");
    }
    await box.release();
  });
});
