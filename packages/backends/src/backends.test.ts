import { processesWith } from "@mx/cli/testing/processes";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BackendOptions } from "./backend-options.ts";
import { sandboxFolders } from "./files/sandbox-folders.ts";
import type { Backend, HostBackend } from "./sandbox.ts";
import { backendNames, namedBackend } from "./testing/named-backend.ts";
import { limits, sandbox, scratchBase, sh } from "./testing/test-backend.ts";
import { testContainers } from "./testing/container-image.ts";

const wanted = process.env["MX_TEST_BACKENDS"]?.split(",");
const containers =
  wanted?.includes("container") === false ? "another set is asked for" : await testContainers();
const full = process.env["MX_FULL"] !== undefined;
if (!full && typeof containers !== "string")
  console.warn("skipped: the long tests of containers, which MX_FULL=1 runs");

const names = backendNames.filter((name) => wanted?.includes(name) ?? true);

describe.each(names)("%s", (name) => {
  const named = namedBackend(name, containers);
  if (typeof named === "string") {
    test.skip(named, () => {});
    return;
  }
  const open = (options?: Partial<BackendOptions>) => named.open(options);
  /** For what a container has in common with a local sandbox, and takes seconds for: it is started for each command. */
  const isShort = name === "container" && !full;
  const long = test.skipIf(isShort);
  let backend: Backend;
  beforeAll(async () => {
    backend = await open({ env: { PATH: "/usr/local/bin:/usr/bin:/bin" } });
  });
  afterAll(async () => {
    await backend[Symbol.asyncDispose]();
    await named.close();
  });

  test("runs a command and tells its output and its exit status", async () => {
    const box = await sandbox(backend);
    expect(await sh(box, "echo out; echo err >&2; exit 3")).toMatchObject({
      ended: "exited",
      exitCode: 3,
      stdout: "out\n",
      stderr: "err\n",
    });
    expect(await sh(box, "kill -KILL $$")).toMatchObject({
      ended: "exited",
      exitCode: 137,
      stderr: "",
    });
    expect(await sh(box, "kill -TERM $$")).toMatchObject({ ended: "exited", exitCode: 143 });
    await box.release();
  });

  test("tells a command that is not there from one that ends with 127", async () => {
    const box = await sandbox(backend);
    await box.putFiles([{ path: "plain", bytes: Buffer.from("no program"), mode: 0o644 }]);
    const run = (argv: string[]) => box.exec({ argv, timeoutMs: 30_000 });
    expect(await run(["no-such-command"])).toMatchObject({
      ended: "not_started",
      exitCode: null,
      detail: 'cannot run "no-such-command": it is not there',
    });
    expect(await run(["./plain"])).toMatchObject({
      ended: "not_started",
      detail: 'cannot run "./plain": it cannot be executed',
    });
    expect(await run(["sh", "-c", "exit 127"])).toMatchObject({ ended: "exited", exitCode: 127 });
    expect(await run(["sh", "-c", "no-such-command"])).toMatchObject({
      ended: "exited",
      exitCode: 127,
    });
    const long = await run(["echo", "x".repeat(200_000)]);
    expect(long).toMatchObject({ ended: "not_started", detail: expect.stringMatching(/E2BIG/) });
    await box.release();
  });

  long(
    "what a command says at once was lost when it came before the word that it runs",
    async () => {
      const boxes = await Promise.all([1, 2, 3, 4].map(() => sandbox(backend)));
      const lost: unknown[] = [];
      const often = boxes.map(async (box) => {
        // A container takes a third of a second to start.
        for (let n = 0; n < (name === "container" ? 4 : 40); n += 1) {
          const result = await sh(box, "echo out; echo err >&2; exit 127");
          if (result.stdout !== "out\n" || result.stderr !== "err\n") lost.push(result);
        }
        await box.release();
      });
      await Promise.all(often);
      expect(lost).toEqual([]);
    },
  );

  test("a command cannot pretend that it never started", async () => {
    const box = await sandbox(backend);
    // Without isolation the files behind another process's descriptors are not the sandbox's.
    const others = name !== "process" ? "/proc/1/fd/* /proc/$PPID/fd/*" : "";
    // A pipe that nobody reads may be among what this process was started with.
    const script = `trap '' PIPE; for fd in 3 4 5 6 7 8 9; do eval "echo 'x 127' >&$fd"; done 2>/dev/null
      for fd in ${others}; do echo "x 127" >"$fd"; done 2>/dev/null; exit 127`;
    expect(await sh(box, script)).toMatchObject({ ended: "exited", exitCode: 127 });
    expect(await sh(box, "echo on")).toMatchObject({ ended: "exited", stdout: "on\n" });
    await box.release();
  });

  test("a command gets the descriptors 0, 1 and 2, and no other one", async () => {
    const box = await sandbox(backend);
    const { stdout } = await sh(box, "ls -l /proc/self/fd");
    // ls itself has the folder open; what vitest was started with shows as /dev/null.
    // The emulator, too, passes on what vitest was started with.
    const more = name === "modal" ? / ([3-9]|\d\d) -> / : / ([3-9]|\d\d+) -> /;
    const others = stdout.split("\n").filter((line) => more.test(line));
    expect(others.filter((line) => !/-> (\/dev\/null|\/proc\/\d+\/fd)$/.test(line))).toEqual([]);
    await box.release();
  });

  test("the environment is what was given and a few of its own, with any value", async () => {
    const box = await sandbox(backend, {
      env: { GIVEN: "a b\nc=ü'\"", files: "mine", data: "mine" },
    });
    const { stdout } = await sh(box, "env -0", { env: { ALSO: "" } });
    const env = Object.fromEntries(stdout.split("\0").map((entry) => entry.split(/=(.*)/s)));
    expect(env).toMatchObject({
      GIVEN: "a b\nc=ü'\"",
      files: "mine",
      data: "mine",
      ALSO: "",
      HOME: box.paths.home,
    });
    const own = [
      "PATH",
      "HOME",
      "USER",
      "LOGNAME",
      "LANG",
      "TMPDIR",
      "PWD",
      "OLDPWD",
      "_",
      "SHLVL",
      "",
    ];
    const known = [...own, "GIVEN", "files", "data", "ALSO"];
    const more = Object.keys(env).filter((key) => !known.includes(key));
    expect(more.filter((key) => name !== "modal" || !key.startsWith("MODAL_"))).toEqual([]);
    await expect(sandbox(backend, { env: { "a.b": "" } })).rejects.toThrow(/not a name/);
    await box.release();
  });

  test("starts in the workspace, or where it is told to", async () => {
    const box = await sandbox(backend);
    expect((await sh(box, "pwd")).stdout).toBe(`${box.paths.workspace}\n`);
    expect((await sh(box, "pwd", { cwd: box.paths.out })).stdout).toBe(`${box.paths.out}\n`);
    expect(await sh(box, "pwd", { cwd: `${box.paths.out}/none` })).toMatchObject({
      ended: "not_started",
    });
    await box.release();
  });

  test("stdin is what was given, else empty; the standard descriptors can be opened by name", async () => {
    const box = await sandbox(backend);
    const stdin = Buffer.alloc(300_000, "line\n");
    expect((await sh(box, "wc -c", { stdin })).stdout).toBe("300000\n");
    expect((await sh(box, "cat")).stdout).toBe("");
    if (name === "modal") return box.release(); // the emulator's descriptors are sockets, without a name
    const script = "cat /dev/stdin; echo a > /dev/stdout; echo b > /dev/stderr";
    expect(await sh(box, script, { stdin: Buffer.from("in ") })).toMatchObject({
      stdout: "in a\n",
      stderr: "b\n",
    });
    await box.release();
  });

  test("the clock ends a command with everything that it started", async () => {
    const box = await sandbox(backend);
    const marker = `mx-marker-${process.pid}-${name}-clock`;
    const result = await sh(box, `sh -c 'sleep 60; :' ${marker} & trap '' TERM; sleep 60; :`, {
      timeoutMs: 300,
    });
    expect(result).toMatchObject({ ended: "timeout", exitCode: null });
    expect(result.elapsedMs).toBeGreaterThanOrEqual(290);
    expect(result.elapsedMs).toBeLessThan(10_000);
    expect(processesWith(marker)).toEqual([]);
    await box.release();
  });

  test("a signal cancels a command, before it starts too", async () => {
    const box = await sandbox(backend);
    const controller = new AbortController();
    const running = sh(box, "echo started; sleep 60", {
      signal: controller.signal,
      onStdout: () => controller.abort(),
    });
    expect(await running).toMatchObject({ ended: "cancelled", exitCode: null });
    expect(await sh(box, "true", { signal: AbortSignal.abort() })).toMatchObject({
      ended: "cancelled",
    });
    expect(await sh(box, "echo on")).toMatchObject({ ended: "exited", stdout: "on\n" });
    await box.release();
  });

  test("ends with the command, not with what it left in the background", async () => {
    const box = await sandbox(backend);
    const marker = `mx-marker-${process.pid}-${name}-background`;
    const started = performance.now();
    const result = await sh(box, `sh -c 'sleep 60; :' ${marker} & echo done`);
    expect(result).toMatchObject({ ended: "exited", exitCode: 0, stdout: "done\n" });
    expect(performance.now() - started).toBeLessThan(20_000);
    const left = () => processesWith(marker);
    // At Modal it is not waited for until what was killed is gone, which takes its time on a busy machine.
    if (name === "modal") await expect.poll(left, { timeout: 10_000 }).toEqual([]);
    else expect(left()).toEqual([]);
    await box.release();
  });

  long("an endless output is ended at the limit, of which nothing is lost", async () => {
    const box = await sandbox(backend, { limits: { output_bytes: 100_000 } });
    const result = await sh(box, "yes");
    expect(result).toMatchObject({ ended: "output", exitCode: null });
    expect(result.stdout.length).toBe(100_000);
    const both = await sh(box, "head -c 60000 /dev/zero; head -c 60000 /dev/zero >&2; sleep 60");
    expect(both.ended).toBe("output");
    expect(both.stdout.length + both.stderr.length).toBe(100_000);
    const exact = await sh(box, "head -c 100000 /dev/zero");
    expect(exact).toMatchObject({ ended: "exited", exitCode: 0 });
    await box.release();
  });

  // Modal has no limit of what a sandbox writes.
  test.skipIf(name === "modal" || isShort)(
    "a full disk and many empty files end a command",
    async () => {
      const box = await sandbox(backend, { limits: { workspace_bytes: 4 * 1024 * 1024 } });
      expect(await sh(box, "head -c 3000000 /dev/zero > fits")).toMatchObject({
        ended: "exited",
        exitCode: 0,
      });
      expect(await sh(box, "head -c 3000000 /dev/zero > more; sleep 60")).toMatchObject({
        ended: "disk",
      });
      expect(await sh(box, "rm fits more; head -c 100000000 /dev/zero > large")).toMatchObject({
        ended: "disk",
      });
      expect(await sh(box, "rm large; seq 5000 | xargs touch; sleep 60")).toMatchObject({
        ended: "disk",
      });
      await box.release();
    },
  );

  test.skipIf(name === "modal" || isShort)(
    "a file that was deleted while it is open still counts",
    async () => {
      const box = await sandbox(backend, { limits: { workspace_bytes: 8 * 1024 * 1024 } });
      const script = `exec 8>a 9>b; rm a b
      head -c 6000000 /dev/zero >&8; head -c 6000000 /dev/zero >&9; sleep 60`;
      expect(await sh(box, script)).toMatchObject({ ended: "disk" });
      await box.release();
    },
  );

  test("files go in and come out under any name", async () => {
    const box = await sandbox(backend);
    const names = ["a b", "new\nline", "ünï/cødé/文件", "-rf", "quote'\"$x", "deep/er/and/deeper"];
    await box.putFiles(
      names.map((path, n) => ({ path, bytes: Buffer.from(`file ${n}`), mode: 0o640 })),
    );
    for (const [n, path] of names.entries()) {
      expect(String((await box.readFile(path, 100))?.bytes)).toBe(`file ${n}`);
      expect(String((await box.readFile(`${box.paths.workspace}/./${path}`, 100))?.bytes)).toBe(
        `file ${n}`,
      );
    }
    expect(
      (await sh(box, "find . -type f | wc -l; stat -c %a 'a b'; echo more >> 'a b'")).stdout,
    ).toBe("7\n640\n");
    const script = {
      path: `${box.paths.home}/bin/hello`,
      bytes: Buffer.from("#!/bin/sh\necho hello"),
      mode: 0o755,
    };
    await box.putFiles([
      script,
      { path: `${box.paths.out}/empty`, bytes: Buffer.alloc(0), mode: 0o600 },
    ]);
    expect((await sh(box, `"$HOME/bin/hello"; wc -c < ${box.paths.out}/empty`)).stdout).toBe(
      "hello\n0\n",
    );
    await box.release();
  });

  test("readFile cuts, and finds only regular files", async () => {
    const box = await sandbox(backend);
    await box.putFiles([{ path: "ten", bytes: Buffer.from("0123456789"), mode: 0o644 }]);
    expect(await box.readFile("ten", 4)).toEqual({ bytes: Buffer.from("0123"), truncated: true });
    expect(await box.readFile("ten", 10)).toEqual({
      bytes: Buffer.from("0123456789"),
      truncated: false,
    });
    for (const path of ["none", "ten/under", ".", "..", "/", box.paths.workspace, "a\0b"]) {
      expect(await box.readFile(path, 10), path).toBeNull();
    }
    await box.release();
  });

  test("links that lead out, loops and FIFOs give nothing and do not block", async () => {
    const box = await sandbox(backend);
    const outside = join(scratchBase(), "secret");
    writeFileSync(outside, "secret of the host");
    await sh(
      box,
      `ln -s ${outside} direct; ln -s ../../../../../../../..${outside} relative; ln -s / root
       ln -s loop loop; ln -s /etc/passwd passwd; ln -s /proc/self/environ environ; mkfifo fifo
       ln -s $PWD/ok inside; echo fine > ok; ln -s missing dangling; ln -s $HOME/.. up`,
    );
    const paths = [
      "direct",
      "relative",
      `root${outside}`,
      "loop",
      "passwd",
      "environ",
      "fifo",
      "dangling",
    ];
    for (const path of [...paths, outside, `up/../..${outside}`]) {
      expect(await box.readFile(path, 1000), path).toBeNull();
    }
    expect(String((await box.readFile("inside", 100))?.bytes)).toBe("fine\n");
    await box.release();
  });

  test("putFiles replaces links and FIFOs, and never writes through a link out", async () => {
    const box = await sandbox(backend);
    const outside = scratchBase();
    writeFileSync(join(outside, "victim"), "untouched");
    await sh(
      box,
      `ln -s ${outside}/victim file; ln -s /usr folder; mkfifo fifo; mkdir real; ln -s real alias; mkdir taken`,
    );
    const put = (path: string) => box.putFiles([{ path, bytes: Buffer.from("new"), mode: 0o644 }]);
    await put("file");
    await put("fifo");
    await put("alias/below");
    expect((await sh(box, "cat file fifo real/below; test -L file || echo replaced")).stdout).toBe(
      "newnewnewreplaced\n",
    );
    await expect(put("folder/share/mx-test")).rejects.toThrow(
      /does not lie in a folder of the sandbox/,
    );
    await expect(put("folder/mx-test")).rejects.toMatchObject({ code: "path_outside_sandbox" });
    await expect(put("taken")).rejects.toThrow(/is a folder/);
    for (const path of ["../escaped", "/etc/escaped", "/workspace/../../escaped", "/mx/escaped"]) {
      await expect(put(path), path).rejects.toThrow(/does not lie/);
    }
    expect(readFileSync(join(outside, "victim"), "utf8")).toBe("untouched");
    expect(readdirSync(outside)).toEqual(["victim"]);
    await box.release();
  });

  test("mounts are there for one command only", async () => {
    const box = await sandbox(backend);
    const { checks } = box.paths;
    const files = [
      { path: "check.sh", bytes: Buffer.from("echo checked"), mode: 0o755 },
      { path: "a/b/data", bytes: Buffer.from("42"), mode: 0o600 },
    ];
    const mounts = [{ path: checks, files }];
    const result = await sh(box, `sh ${checks}/check.sh; cat ${checks}/a/b/data`, { mounts });
    expect(result).toMatchObject({ exitCode: 0, stdout: "checked\n42" });
    expect((await sh(box, `ls ${checks}`)).exitCode).not.toBe(0);
    expect(existsSync(checks)).toBe(false);
    const bad = sh(box, "true", { mounts: [{ path: "/workspace/x", files: [] }] });
    await expect(bad).rejects.toMatchObject({ code: "bad_mount" });
    const escaping = [
      { path: checks, files: [{ path: "../x", bytes: Buffer.from(""), mode: 0o644 }] },
    ];
    await expect(sh(box, "true", { mounts: escaping })).rejects.toMatchObject({
      code: "path_outside_sandbox",
    });
    await box.release();
  });

  test("files stay from one command to the next, processes do not", async () => {
    const box = await sandbox(backend);
    await sh(box, `echo kept > file; echo kept > ~/file; echo kept > ${box.paths.tmp}/file`);
    expect((await sh(box, `cat file ~/file ${box.paths.tmp}/file`)).stdout).toBe(
      "kept\nkept\nkept\n",
    );
    await expect(Promise.all([sh(box, "sleep 1"), sh(box, "true")])).rejects.toThrow(
      /runs a command already/,
    );
    await box.release();
  });

  long("release deletes what resists, ends what runs, and may be called twice", async () => {
    const box = await sandbox(backend);
    const { workspace } = box.paths;
    await sh(
      box,
      `mkdir -p closed/inner && echo x > closed/inner/file && chmod 0 closed/inner closed
       seq 3000 | xargs touch; printf x > "$(printf 'not\\377utf8')"
       ${name === "modal" ? "" : "perl -e 'for (1 .. 1500) { mkdir q(aaa); chdir q(aaa) or die }'"}`,
    );
    const running = sh(box, "sleep 60");
    await setTimeout(50);
    await Promise.all([box.release(), box.release()]);
    expect(await running).toMatchObject({ ended: "cancelled" });
    if (name !== "modal") {
      const { scratch } = backend as HostBackend;
      // Empty folders may stay for the next sandbox.
      const left = readdirSync(scratch, { recursive: true, withFileTypes: true });
      const own = left.filter(({ parentPath }) => parentPath.startsWith(join(scratch, "sandbox-")));
      expect(own.filter((entry) => !sandboxFolders.some((kept) => kept === entry.name))).toEqual(
        [],
      );
    }
    await expect(sh(box, "true")).rejects.toThrow(/was released/);
    expect(name === "process" && existsSync(workspace)).toBe(false);
  });

  test("an agent that closes its own folders does not keep a check from running", async () => {
    const box = await sandbox(backend);
    await sh(
      box,
      `echo x > file; chmod 0 ${box.paths.workspace} ~ ${box.paths.tmp} ${box.paths.out}`,
    );
    // The emulator's descriptors are sockets, which have no name.
    const home = name === "modal" ? "echo home" : "echo home > /dev/stdout";
    expect(await sh(box, `cat file; cd ~ && ${home}`)).toMatchObject({ stdout: "x\nhome\n" });
    expect(String((await box.readFile("file", 10))?.bytes)).toBe("x\n");
    await box.release();
  });

  // Without namespaces that is the work of the host's init, and in the cloud that of Modal's.
  test.skipIf(name !== "local")("orphans are reaped when they end", async () => {
    const box = await sandbox(backend);
    const script = `for i in 1 2 3 4 5; do sh -c 'sleep 0.05 &'; done; sleep 0.4
      cat /proc/[0-9]*/stat 2>/dev/null | grep -c '^[0-9]* (sleep) Z'; true`;
    expect((await sh(box, script)).stdout).toBe("0\n");
    await box.release();
  });

  test("rlimits are in force", async () => {
    const box = await sandbox(backend, { limits: { open_files: 50 } });
    expect((await sh(box, "ulimit -n; ulimit -c")).stdout).toBe("50\n0\n");
    await box.release();
  });

  long("eight at a time do not disturb each other", async () => {
    const boxes = await Promise.all(Array.from({ length: 8 }, () => sandbox(backend)));
    const results = await Promise.all(
      boxes.map((box, n) => sh(box, `echo ${n} > mine; sleep 0.2; cat mine; echo ${n} >&2`)),
    );
    expect(results.map(({ stdout, stderr }) => stdout + stderr)).toEqual(
      boxes.map((_, n) => `${n}\n${n}\n`),
    );
    await Promise.all(boxes.map((box) => box.release()));
  });

  test("says what holds each limit", () => {
    expect(Object.keys(backend.limits)).toEqual([
      "wall_ms",
      "memory_bytes",
      "processes",
      "open_files",
      "output_bytes",
      "workspace_bytes",
    ]);
    expect(backend.limits["wall_ms"]).toEqual({ value: null, enforced_by: null });
    expect(backend.limits["open_files"]).toEqual({
      value: limits.open_files,
      enforced_by: "rlimit",
    });
    expect(backend.versions[name === "modal" ? "modal" : "kernel"]).toMatch(/^\d+\./);
    expect(backend.isolates).toBe(name !== "process");
  });

  long("tools lie in the folder for them, and node is among what can be run", async () => {
    const base = scratchBase();
    mkdirSync(join(base, "private"), { mode: 0o700 });
    const hostPath = join(base, "private", "tool.js");
    writeFileSync(hostPath, "console.log('tool', process.version)", { mode: 0o600 });
    await using other = await open({ tools: [{ name: "tool.js", hostPath }] });
    const box = await sandbox(other);
    const { stdout } = await sh(box, `${box.paths.node} ${box.paths.bin}/tool.js`);
    expect(stdout).toBe(`tool ${process.version}\n`);
    if (name !== "process") {
      expect((await sh(box, `echo x > ${box.paths.bin}/tool.js`)).exitCode).not.toBe(0);
    }
  });

  long("closing the backend ends and deletes everything", async () => {
    const other = await open();
    const box = await sandbox(other);
    const running = sh(box, "sleep 60");
    await setTimeout(50);
    await other[Symbol.asyncDispose]();
    expect(await running).toMatchObject({ ended: "cancelled" });
    if (name !== "modal") expect(existsSync((other as HostBackend).scratch)).toBe(false);
    await expect(sandbox(other)).rejects.toThrow(/closed/);
  });

  test.skipIf(name === "modal" || name === "container")("an image is refused", async () => {
    const spec = { id: "x", network: "none", limits, env: {}, image: "debian" } as const;
    await expect(backend.create(spec)).rejects.toMatchObject({
      code: "image_unsupported",
      exitCode: 2,
    });
  });
});
