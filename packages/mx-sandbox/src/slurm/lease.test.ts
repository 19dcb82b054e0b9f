import { lockOwner } from "@mx/store/lock-owner";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLease } from "./lease.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mx-lease-"));
  path = join(folder, "lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const notes: string[] = [];
const quick = (stop = new AbortController().signal) => ({
  stop,
  note: (text: string) => void notes.push(text),
  beatMs: 20,
  deadMs: 300,
});
const elsewhere = (token: string) =>
  writeFileSync(path, JSON.stringify({ ...lockOwner(), host: "elsewhere", token }));
const token = () => (JSON.parse(readFileSync(path, "utf8")) as { token: string }).token;

test("a second process of this host waits until the first has let go", async () => {
  const order: string[] = [];
  const first = await takeLease(path, quick());
  const second = takeLease(path, quick()).then((lease) => {
    order.push("second");
    return lease;
  });
  await sleep(500);
  order.push("first lets go");
  await first[Symbol.asyncDispose]();
  await (await second)[Symbol.asyncDispose]();
  expect(order).toEqual(["first lets go", "second"]);
  expect(notes.at(-1)).toContain("waiting: ");
});

test("one of another host that gives no sign of life is taken for dead", async () => {
  elsewhere("dead");
  await using _lease = await takeLease(path, quick());
  expect(token()).not.toBe("dead");
});

test("one of another host that gives signs of life is left alone, also for long", async () => {
  elsewhere("alive");
  let beats = 0;
  const timer = setInterval(() => writeFileSync(`${path}.beat`, `${(beats += 1)}`), 20);
  const stop = new AbortController();
  const waiting = takeLease(path, quick(stop.signal));
  try {
    await sleep(1_000);
    expect(token()).toBe("alive");
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: "stopped", exitCode: 75 });
  } finally {
    clearInterval(timer);
  }
});
