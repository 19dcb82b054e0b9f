import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { samples } from "@mx/records/testing/samples";
import { JournalTail } from "./journal-tail.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mx-tail-"));
  path = join(folder, "trials.ndjson");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const line = (attempt: number, output = "") =>
  `${JSON.stringify({ ...(samples.trial as object), attempt, output })}\n`;
const read = async (tail: JournalTail) => {
  const attempts: number[] = [];
  for await (const { attempt } of tail.read()) attempts.push(attempt);
  return attempts;
};

test("each attempt comes once, whole lines only, also before there is a file", async () => {
  const tail = new JournalTail(path);
  expect(await read(tail)).toEqual([]);
  const [first, second] = [line(0), line(1)];
  writeFileSync(path, first + second.slice(0, 20));
  expect(await read(tail)).toEqual([0]);
  appendFileSync(path, second.slice(20));
  expect(await read(tail)).toEqual([1]);
  expect(await read(tail)).toEqual([]);
});

test("a half line that its writer cut off and wrote anew is read as it is then", async () => {
  const tail = new JournalTail(path);
  writeFileSync(path, line(0) + line(1).slice(0, 50));
  expect(await read(tail)).toEqual([0]);
  truncateSync(path, Buffer.byteLength(line(0)));
  appendFileSync(path, line(5));
  expect(await read(tail)).toEqual([5]);
});

test("a line that is longer than what is read at once, and other records between", async () => {
  const tail = new JournalTail(path);
  writeFileSync(path, `{"type":"note"}\n${line(0, "x".repeat(3_000_000))}${line(1)}`);
  expect(await read(tail)).toEqual([0, 1]);
});

test("a line that is no record is an error that names it", async () => {
  writeFileSync(path, `${line(0)}oops\n`);
  await expect(read(new JournalTail(path))).rejects.toThrow(`${path}:2`);
  expect(readFileSync(path, "utf8")).toContain("oops");
});

test("zeros that a network file system shows in place of what it has not got yet are no lines", async () => {
  const tail = new JournalTail(path);
  const [first, second, third] = [line(0), line(1), line(2)];
  writeFileSync(path, first + "\0".repeat(second.length) + third);
  expect(await read(tail)).toEqual([0]);
  writeFileSync(path, first + second + third);
  expect(await read(tail)).toEqual([1, 2]);
});

test("lines that were taken back after they were read: all come again, none is read from its middle", async () => {
  const tail = new JournalTail(path);
  writeFileSync(path, line(0) + line(1, "a long one"));
  expect(await read(tail)).toEqual([0, 1]);
  truncateSync(path, Buffer.byteLength(line(0)));
  expect(await read(tail)).toEqual([0]);
  appendFileSync(path, line(2) + line(3, "x".repeat(500)));
  expect(await read(tail)).toEqual([2, 3]);
});
