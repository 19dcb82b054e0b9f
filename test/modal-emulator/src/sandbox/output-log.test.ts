import { expect, test } from "vitest";
import { OutputLog } from "./output-log.ts";

const never = new AbortController().signal;

async function read(log: OutputLog, offset: number, signal = never): Promise<string> {
  let text = "";
  for await (const bytes of log.read(offset, signal)) text += bytes.toString();
  return text;
}

test("readers get everything from their offset on, before and after the end", async () => {
  const log = new OutputLog();
  log.push(Buffer.from("one "));
  const early = read(log, 0);
  const middle = read(log, 6);
  log.push(Buffer.from("two "));
  log.push(Buffer.from("three"));
  log.close();
  expect(await early).toBe("one two three");
  expect(await middle).toBe("o three");
  expect(await read(log, 5)).toBe("wo three");
  expect(await read(log, 13)).toBe("");
});

test("a reader that goes away stops waiting, and one of a lost worker gets its error", async () => {
  const log = new OutputLog();
  log.push(Buffer.from("x"));
  const leaving = new AbortController();
  const left = read(log, 0, leaving.signal);
  const waiting = expect(read(log, 0)).rejects.toThrow("gone");
  leaving.abort();
  expect(await left).toBe("x");
  log.close(new Error("gone"));
  await waiting;
});

test("a writer far ahead of its readers has to wait, and old output is let go", async () => {
  const log = new OutputLog();
  const piece = Buffer.alloc(32 * 2 ** 20);
  for (let at = 0; at < 9; at += 1) log.push(piece);
  expect(log.isFull).toBe(true);
  let total = 0;
  for await (const bytes of log.read(0, never)) {
    total += bytes.length;
    if (total >= 2 * piece.length) break;
  }
  await log.room();
  expect(log.isFull).toBe(false);
});
