import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bundleFixture } from "./fixtures/bundle-fixture.ts";
import { lockHolder, takeLock } from "./lock-file.ts";
import { lockOwner } from "./lock-owner.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mx-lock-"));
  path = join(folder, "lock");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const stale = async (change: object) => {
  const owner = { ...lockOwner(), ...change };
  await writeFile(path, JSON.stringify(owner));
  return owner;
};

test("one holder at a time; free again when disposed, and nothing is left", async () => {
  {
    await using _lock = await takeLock(path);
    await expect(takeLock(path)).rejects.toMatchObject({ code: "run_locked", exitCode: 2 });
    expect(await lockHolder(path)).toMatchObject({ pid: process.pid });
  }
  expect(await lockHolder(path)).toBeNull();
  await using _again = await takeLock(path);
  expect(await readdir(folder)).toEqual(["lock"]);
});

test("the error says who holds it, since when, and what to do", async () => {
  await using _lock = await takeLock(path);
  const error = await takeLock(path).catch((caught: unknown) => caught);
  expect(String(error)).toContain(`in use by process ${process.pid} on `);
  expect(error).toMatchObject({ hint: expect.stringContaining("wait for it to end") });
});

test("waits as long as asked", async () => {
  const first = await takeLock(path);
  setTimeout(() => void first[Symbol.asyncDispose](), 60);
  await using _second = await takeLock(path, 5_000);
});

test("taken over from a process that is gone", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(child, "spawn");
  const stat = await readFile(`/proc/${child.pid}/stat`, "latin1");
  const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  await stale({ pid: child.pid, started });
  await expect(takeLock(path)).rejects.toMatchObject({ code: "run_locked" });
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await lockHolder(path)).toBe("gone");
  await using _lock = await takeLock(path);
  expect(await lockHolder(path)).toMatchObject({ pid: process.pid });
  expect(await readdir(folder)).toEqual(["lock"]);
});

test("a process id that is in use again is not mistaken for its former owner", async () => {
  await stale({ started: "1" });
  await using _lock = await takeLock(path);
});

test("a lock from before the machine was restarted is stale", async () => {
  await stale({ boot: "another" });
  await using _lock = await takeLock(path);
});

test.for([
  ["another host", { host: "elsewhere", pid: 1, started: "1" }],
  ["another container", { pid_namespace: "pid:[1]", pid: 1, started: "1" }],
] as const)("held by %s: that cannot be seen from here, so it stays held", async ([, change]) => {
  await stale(change);
  await expect(takeLock(path)).rejects.toMatchObject({
    code: "run_locked",
    hint: expect.stringContaining(`delete ${path}`),
  });
});

test("what is no lock file is not deleted", async () => {
  for (const text of ["mine", "", "null", "{}", "[1]"]) {
    await writeFile(path, text);
    await expect(takeLock(path)).rejects.toMatchObject({ exitCode: 2, code: "bad_lock" });
    expect(await readFile(path, "utf8")).toBe(text);
  }
});

test("of many that find a stale lock at once, in several processes, one gets it", async () => {
  const child = await bundleFixture("lock-once", folder);
  const lockers = Array.from({ length: 4 }, () => execa(process.execPath, [child, path, "40"]));
  const results = await Promise.all(lockers);
  const spans = results
    .flatMap(({ stdout }) => stdout.split("\n"))
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { from: number; to: number })
    .sort((a, b) => a.from - b.from);
  expect(spans.length).toBe(160);
  for (const [index, span] of spans.entries()) {
    expect(span.from).toBeGreaterThanOrEqual(spans[index - 1]?.to ?? 0);
  }
  expect((await readdir(folder)).sort()).toEqual(["lock", "lock-once.mjs"]);
});

test("of eight that find a dead process's lock at once, in one process, one gets it", async () => {
  await stale({ pid: 4_194_304, started: "12345" });
  const taken = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path)));
  const locks = taken.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  expect(locks.length).toBe(1);
  await locks[0]?.[Symbol.asyncDispose]();
  await using _again = await takeLock(path);
  expect(await lockHolder(path)).toMatchObject({ pid: process.pid });
});

test("a lock that is there and cannot be read is an error, and not asked for without end", async () => {
  await mkdir(path);
  await expect(takeLock(path)).rejects.toThrow(/EISDIR/);
});
