import { processesWith } from "@mx/cli/testing/processes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend, ExecResult } from "../sandbox.ts";
import { noBubblewrap, sandbox, sh, testBackend } from "../testing/test-backend.ts";

const marker = `mx-marker-${process.pid}-neighbour`;

/** What a hostile agent runs, and how that has to end. */
const attacks: [name: string, script: string, ended: ExecResult["ended"]][] = [
  ["a fork bomb in sh", "bomb() { bomb | bomb & }; bomb; sleep 2; exit 1", "processes"],
  ["a fork bomb that never gives up", "exec perl -e 'fork while 1'", "processes"],
  [
    "a memory hog",
    "exec perl -e '$s = q(x) x (1 << 20); push @a, $s . $_ for 1 .. 4000; sleep 60'",
    "memory",
  ],
  ["an endless output", "exec yes", "output"],
  ["a full disk", "exec dd if=/dev/zero of=/tmp/file bs=1M count=1000", "disk"],
];

describe.skipIf(noBubblewrap)(`limits of local sandboxes ${noBubblewrap}`, () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await testBackend("local", { parallel: 9 });
  });
  afterAll(async () => {
    await backend[Symbol.asyncDispose]();
  });

  test.each(attacks)(
    "%s is ended while 8 neighbours finish undisturbed",
    async (name, script, ended) => {
      const boxes = await Promise.all(Array.from({ length: 9 }, () => sandbox(backend)));
      const [hostile, ...neighbours] = boxes;
      if (hostile === undefined) throw new Error("no sandbox");
      const attack = sh(hostile, script, { timeoutMs: 60_000 });
      const work = "for i in 1 2 3 4 5 6 7 8; do echo $i >> file; sleep 0.1; done; cat file";
      const results = await Promise.all(
        neighbours.map((box) => sh(box, work, { timeoutMs: 60_000 })),
      );
      for (const result of results) {
        expect(result).toMatchObject({
          ended: "exited",
          exitCode: 0,
          stdout: "1\n2\n3\n4\n5\n6\n7\n8\n",
        });
      }
      const result = await attack;
      // A shell gives up when a fork fails, and without control groups so does who allocates too much: what
      // that does to the agent is its own affair.
      const held = String(backend.limits["memory_bytes"]?.enforced_by).startsWith("cgroup");
      if (name === "a fork bomb in sh" || (!held && ended === "memory")) {
        expect([ended, "exited"]).toContain(result.ended);
        expect(result.exitCode).not.toBe(0);
      } else {
        expect(result).toMatchObject({ ended, exitCode: null });
      }
      expect(await sh(hostile, "echo next")).toMatchObject({ ended: "exited", stdout: "next\n" });
      await Promise.all(boxes.map((box) => box.release()));
    },
  );

  test("an agent that hits the limit of processes once gets EAGAIN and goes on", async () => {
    const box = await sandbox(backend, { limits: { processes: 16 } });
    const script = `exec perl -e '
      for (1 .. 80) { my $pid = fork; if (!defined $pid) { print "refused\\n"; last } if (!$pid) { sleep 60; exit } push @pids, $pid }
      kill 9, @pids; wait for @pids; print "on\\n"'`;
    expect(await sh(box, script)).toMatchObject({
      ended: "exited",
      exitCode: 0,
      stdout: "refused\non\n",
    });
    await box.release();
  });

  test("memory that several processes use together counts", async () => {
    const box = await sandbox(backend, { limits: { memory_bytes: 200 * 1024 * 1024 } });
    const hog = `perl -e '$n = 60 << 20; $s = chr(120) x $n; sleep 3'`;
    const result = await sh(box, `${hog} & ${hog} & ${hog} & ${hog} & wait; exit 1`);
    expect(result).toMatchObject({ ended: "memory" });
    await box.release();
  });

  test("a process that is killed for memory does not end an agent that copes", async () => {
    const box = await sandbox(backend, { limits: { memory_bytes: 100 * 1024 * 1024 } });
    const result = await sh(box, `perl -e '$s = q(x) x (300 << 20)'; echo coped`);
    expect(result).toMatchObject({ ended: "exited", exitCode: 0, stdout: "coped\n" });
    await box.release();
  });

  test("/dev and /dev/shm are no way around the limit of disk", async () => {
    const box = await sandbox(backend);
    const { stdout } = await sh(
      box,
      "head -c 200000000 /dev/zero > /dev/shm/x; stat -c %s /dev/shm/x; echo x > /dev/x || echo no",
    );
    const [bytes, dev] = stdout.trim().split("\n");
    expect(Number(bytes)).toBeLessThanOrEqual(64 * 1024 * 1024);
    expect(dev).toBe("no");
    await box.release();
  });

  test("node runs within the usual limits", async () => {
    const box = await sandbox(backend);
    const result = await sh(box, `${box.paths.node} -e 'console.log(Buffer.alloc(50e6).length)'`);
    expect(result).toMatchObject({ exitCode: 0, stdout: "50000000\n" });
    await box.release();
  });

  test("nothing is left of it all", () => {
    expect(processesWith(marker)).toEqual([]);
  });
});
