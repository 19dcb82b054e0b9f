import { processesWith } from "@mx/cli/testing/processes";
import { spawn, type StdioOptions } from "node:child_process";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { createServer, type AddressInfo } from "node:net";
import { homedir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HostBackend, Sandbox } from "../sandbox.ts";
import { noBubblewrap, sandbox, scratchBase, sh, testBackend } from "../testing/test-backend.ts";

/** A hostile agent tries to see, reach and change what is not its own. */
describe.skipIf(noBubblewrap)(`isolation ${noBubblewrap}`, () => {
  const secret = `mx-secret-${process.pid}`;
  let backend: HostBackend;
  let box: Sandbox;
  beforeAll(async () => {
    process.env["MX_TEST_HOST_SECRET"] = secret;
    backend = await testBackend("local");
    box = await sandbox(backend, { env: { OPENAI_API_KEY: "own-key" } });
  });
  afterAll(async () => {
    delete process.env["MX_TEST_HOST_SECRET"];
    await backend[Symbol.asyncDispose]();
  });

  test("sees an empty workspace, home and /tmp, and of the host only programs and libraries", async () => {
    const { stdout } = await sh(
      box,
      "ls -A /workspace /home /home/agent /tmp /mx /mx/out /var /var/tmp /; cat /etc/passwd",
    );
    const [listing, passwd] = stdout.split("root:x:0:0:");
    expect(
      listing
        ?.split(/\s+/)
        .filter((name) => !/^(\/.*:|)$/.test(name))
        .toSorted(),
    ).toEqual(
      [
        "agent",
        "bin",
        "out",
        "tmp",
        "bin",
        "dev",
        "etc",
        "home",
        "lib",
        "lib64",
        "mx",
        "proc",
        "sbin",
        "tmp",
        "usr",
        "var",
        "workspace",
      ]
        .filter((name) => !["lib64"].includes(name) || stdout.includes("lib64"))
        .toSorted(),
    );
    expect(passwd?.split("\n").filter(Boolean)).toHaveLength(3);
  });

  test("the host's home, /root, /run, /sys, /var and this checkout are not there", async () => {
    const paths = [
      homedir(),
      "/root",
      "/run",
      "/sys",
      "/var/log",
      "/var/lib",
      "/boot",
      "/srv",
      "/etc/shadow",
      "/etc/hostname",
    ];
    for (const path of [...paths, process.cwd(), backend.scratch]) {
      expect((await sh(box, `ls -d "${path}"`)).exitCode, path).not.toBe(0);
    }
  });

  test("other sandboxes, FIFOs and checks cannot be found, by guessed paths either", async () => {
    const other = await sandbox(backend);
    await other.putFiles([{ path: "answer", bytes: Buffer.from(secret), mode: 0o644 }]);
    const check = { path: "check", bytes: Buffer.from(secret), mode: 0o644 };
    const running = sh(other, "sleep 2", {
      mounts: [{ path: other.paths.checks, files: [check] }],
    });
    const script = `find / -xdev -name answer 2>/dev/null; find /mx / -maxdepth 3 -name 'check*' 2>/dev/null | grep -v ^/usr
      cat ${backend.scratch}/*/workspace/answer /proc/[0-9]*/root/workspace/answer /proc/[0-9]*/cwd/answer 2>/dev/null
      for fd in /proc/[0-9]*/fd/*; do timeout 1 head -c 100 "$fd" </dev/null 2>/dev/null; done; echo end`;
    expect((await sh(box, script)).stdout).not.toContain(secret);
    await running;
    await other.release();
  });

  test("no process of the host can be seen, and no environment but its own", async () => {
    const { stdout } = await sh(
      box,
      "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline | tr '\\0' '\\n'; ls -d /proc/[0-9]* | wc -l",
    );
    expect(stdout).not.toContain(secret);
    expect(stdout).toContain("OPENAI_API_KEY=own-key");
    expect(stdout).not.toContain("bwrap");
    expect(Number(stdout.trim().split("\n").at(-1))).toBeLessThan(8);
  });

  test("its key is in no command line of the host", async () => {
    const key = `mx-key-${process.pid}`;
    const guarded = await sandbox(backend, { env: { OPENAI_API_KEY: key } });
    const running = sh(guarded, "echo $OPENAI_API_KEY; sleep 1");
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(processesWith(key)).toEqual([]);
    expect((await running).stdout).toBe(`${key}\n`);
    await guarded.release();
  });

  test("cannot reach a server on the host's loopback, nor any other address", async () => {
    const server = createServer((socket) => socket.end("reached"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const script = `const net = require("net");
      const tries = [["127.0.0.1", ${port}], ["localhost", ${port}], ["::1", ${port}], ["10.0.0.1", 80],
        ["169.254.169.254", 80], ["8.8.8.8", 53], ["127.0.0.1", 3128]];
      for (const [host, port] of tries) {
        const socket = net.connect({ host, port, timeout: 2000 });
        socket.on("connect", () => { console.log("reached", host, port); socket.destroy(); });
        socket.on("timeout", () => socket.destroy()).on("error", () => {});
      }`;
    const result = await sh(
      box,
      `${box.paths.node} -e '${script}'; cat /proc/net/dev | tail -n +3 | cut -d: -f1`,
    );
    expect(result.stdout.trim()).toBe("lo");
    server.close();
  });

  test.skipIf(process.arch !== "x64" && process.arch !== "arm64")(
    "cannot open sockets that pass a network namespace by, nor keyrings, nor user namespaces",
    async () => {
      const script = `perl -MPOSIX -e '
        for $family (40, 17, 38, 31) { print "family $family open\\n" if socket(S, $family, 1, 0) || socket(S, $family, 3, 0) }
        print "inet refused: $!\\n" unless socket(S, 2, 1, 0);
        print "unix refused: $!\\n" unless socket(S, 1, 1, 0);'
        unshare -U true && echo userns; unshare -r -n true && echo netns
        unshare -m true && echo mntns; keyctl show 2>/dev/null && echo keys; true`;
      expect(await sh(box, script)).toMatchObject({ stdout: "", exitCode: 0 });
    },
  );

  test("cannot write outside of its folders", async () => {
    const places = [
      "/",
      "/usr",
      "/usr/bin",
      "/etc",
      "/mx",
      "/mx/bin",
      "/dev",
      "/home",
      "/var",
      "/proc",
      "/proc/sys/kernel",
    ];
    for (const place of places) {
      const result = await sh(box, `echo x > ${place}/mx-test`);
      expect(result.exitCode, place).not.toBe(0);
    }
    expect(
      (
        await sh(
          box,
          "echo x > /usr/bin/env; echo x > /etc/passwd; echo x > /mx/bin/mx-init; echo core > /proc/sys/kernel/core_pattern",
        )
      ).exitCode,
    ).not.toBe(0);
    expect(
      (
        await sh(
          box,
          "for d in /workspace ~ /tmp /var/tmp /mx/out /dev/shm; do echo x > $d/x || echo no $d; done",
        )
      ).stdout,
    ).toBe("");
  });

  test("cannot become root, mount, or gain a capability", async () => {
    const script = `mount -t tmpfs none /tmp && echo mounted; mount -o remount,rw / && echo remounted
      umount /etc && echo unmounted; chroot / true && echo chrooted; mknod /tmp/sda b 8 0 && echo node
      su -c true </dev/null && echo su; chown 0 /workspace && echo chowned; date -s 2000-01-01 >/dev/null && echo date
      hostname evil && echo hostname; cp /usr/bin/id /tmp/id && chmod 4755 /tmp/id && /tmp/id -u
      nsenter -t 1 -m true && echo entered; kill -9 1 && sleep 0.1 && echo alive
      grep -E '^(Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs|Uid)' /proc/self/status`;
    const { stdout } = await sh(box, script);
    const none = "0000000000000000";
    expect(stdout.replaceAll(/[\t ]+/g, " ")).toBe(
      `1000\nalive\nUid: 1000 1000 1000 1000\nCapPrm: ${none}\nCapEff: ${none}\nCapBnd: ${none}\nCapAmb: ${none}\nNoNewPrivs: 1\n`,
    );
  });

  test("signals reach no process outside", async () => {
    const { exitCode } = await sh(box, "kill -9 -1; true");
    expect([0, 137]).toContain(exitCode);
    expect(await sh(box, `kill -0 ${process.pid}`)).toMatchObject({ ended: "exited", exitCode: 1 });
  });

  test("a file that our parent holds open is not handed on", async () => {
    const base = scratchBase();
    writeFileSync(join(base, "file"), secret);
    const held = openSync(join(base, "file"), "r");
    const program = fileURLToPath(new URL("../testing/print-descriptors.ts", import.meta.url));
    // Node looks after the first of them by itself, up to a gap.
    const given = new Map<number, "pipe" | number>([
      [1, "pipe"],
      [4, held],
      [40, held],
    ]);
    const stdio: StdioOptions = Array.from({ length: 41 }, (_, n) => given.get(n) ?? "ignore");
    const child = spawn(process.execPath, ["--import", "tsx", program, base], { stdio });
    let stdout = "";
    for await (const chunk of child.stdout as Readable) stdout += String(chunk);
    closeSync(held);
    expect(stdout).toContain("\n40 /dev/null\n");
    expect(stdout).not.toContain(join(base, "file"));
  });

  test("a mounted folder is seen, read-only, and refused where a folder of the sandbox would hide it", async () => {
    await using other = await testBackend("local", { readOnlyMounts: ["/opt"] });
    const there = await sandbox(other);
    expect((await sh(there, "ls -d /opt; echo x > /opt/mx-test && echo written")).stdout).toBe(
      "/opt\n",
    );
    expect((await sh(box, "ls -d /opt")).exitCode).not.toBe(0);
    for (const path of [scratchBase(), "/opt/mx-test-none"]) {
      const opening = testBackend("local", { readOnlyMounts: [path] });
      await expect(opening).rejects.toMatchObject({ code: "bad_mount", exitCode: 2 });
    }
  });
});
