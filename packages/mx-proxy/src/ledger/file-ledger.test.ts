import type { Request } from "@mx/records";
import { execFileSync } from "node:child_process";
import { constants, readFileSync } from "node:fs";
import { mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FileLedger } from "./file-ledger.ts";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "mx-ledger-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const never = (error: unknown) => expect.unreachable(String(error));

test("every record is a line, appended, for the owner's eyes only", async () => {
  const path = join(folder, "l");
  for (const round of [0, 1]) {
    const ledger = await FileLedger.open(path, never);
    for (let n = 0; n < 500; n += 1) ledger.add({ id: `${round}-${n}` } as Request, () => {});
    await ledger.close();
  }
  const ids = (await readFile(path, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).id);
  expect(ids.length).toBe(1000);
  expect(ids.at(-1)).toBe("1-499");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("whoever waits for a record hears of it once it is in the file", async () => {
  const path = join(folder, "l");
  const ledger = await FileLedger.open(path, never);
  const found: boolean[] = [];
  for (let n = 0; n < 50; n += 1) {
    await new Promise<void>((resolve) =>
      ledger.add({ id: `r-${n}` } as Request, () => {
        found.push(readFileSync(path, "utf8").endsWith(`{"id":"r-${n}"}\n`));
        resolve();
      }),
    );
  }
  await ledger.close();
  expect(found).toEqual(Array.from({ length: 50 }, () => true));
});

test("a ledger can be a pipe, and a slow reader of it holds up nothing else", async () => {
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  const reader = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const ledger = await FileLedger.open(path, never);
  const id = "x".repeat(100_000);
  let written = 0;
  for (let n = 0; n < 20; n += 1) ledger.add({ id } as Request, () => (written += 1));
  // A write that waited for the reader would end here.
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(written).toBe(0);
  const closed = ledger.close();
  let bytes = 0;
  for (let tries = 0; bytes < 20 * 100_010 && tries < 1e5; tries += 1) {
    const read = await reader.read(Buffer.alloc(1 << 16)).catch(() => ({ bytesRead: 0 }));
    bytes += read.bytesRead;
  }
  await closed;
  await reader.close();
  expect(written).toBe(20);
});

test("a line that a killed writer left unfinished does not swallow the next record", async () => {
  const path = join(folder, "l");
  await writeFile(path, '{"id":"a"}\n{"id":"b');
  const ledger = await FileLedger.open(path, never);
  ledger.add({ id: "c" } as Request, () => {});
  await ledger.close();
  expect(await readFile(path, "utf8")).toBe('{"id":"a"}\n{"id":"b\n{"id":"c"}\n');
});

test("a disk that is full is heard of", async () => {
  const heard: unknown[] = [];
  const ledger = await FileLedger.open("/dev/full", (error) => heard.push(error));
  ledger.add({ id: "a" } as Request, () => {});
  await expect(ledger.close()).rejects.toMatchObject({ code: "ledger_not_writable", exitCode: 69 });
  expect(heard.length).toBe(1);
});

test("a file that cannot be opened is an error that says so", async () => {
  const opened = FileLedger.open(join(folder, "no", "such"), never);
  await expect(opened).rejects.toMatchObject({ code: "ledger_not_writable", exitCode: 2 });
});
