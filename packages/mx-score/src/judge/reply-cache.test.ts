import { build } from "esbuild";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ReplyCache } from "./reply-cache.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const key = `abc${"0".repeat(61)}`;
const other = `abc${"1".repeat(61)}`;

let home: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: string;
beforeEach(async () => {
  home = await temporaryFolder();
  folder = join(home.path, "cache", "judge");
});
afterEach(() => home[Symbol.asyncDispose]());

test("what is kept is found, by this cache and by another one of the same folder", async () => {
  const cache = new ReplyCache(folder);
  expect(await cache.get(key)).toBeUndefined();
  await cache.put(key, { score: 0, text: 'ä "quoted" \n' }, { model: "m" });
  await cache.put(other, { score: 1 });
  for (const reader of [cache, new ReplyCache(folder)]) {
    expect(await reader.get(key)).toEqual({ score: 0, text: 'ä "quoted" \n' });
    expect(await reader.get(other)).toEqual({ score: 1 });
    expect(await reader.get(`abd${"0".repeat(61)}`)).toBeUndefined();
  }
});

test("of two replies under one key the first one stays", async () => {
  const cache = new ReplyCache(folder);
  await cache.put(key, "first");
  await cache.put(key, "second");
  expect(await cache.get(key)).toBe("first");
});

test("a reply that speaks of another key is not taken for its entry", async () => {
  const cache = new ReplyCache(folder);
  await cache.put(other, { said: `"key":"${key}"`, key: key });
  expect(await cache.get(key)).toBeUndefined();
  await cache.put(key, "mine");
  expect(await cache.get(key)).toBe("mine");
});

describe("damage is passed over:", () => {
  test.for([
    ["a line cut in the middle", `\n{"key":"${key}","reply":{"sc`],
    ["a line without its newline", `\n{"key":"${key}","reply":"torn"}`],
    ["no JSON", `\n"key":"${key}" and so on\n`],
    ["no reply", `\n{"key":"${key}"}\n`],
    ["no object", `\n["key","${key}"]\n`],
    ["bytes of zero", "\0".repeat(100)],
  ] as const)("%s", async ([, damage]) => {
    const cache = new ReplyCache(folder);
    await cache.put(other, "good");
    await appendFile(join(folder, "abc.ndjson"), damage);
    if (!damage.includes("torn")) expect(await cache.get(key)).toBeUndefined();
    expect(await cache.get(other)).toBe("good");
    await cache.put(key, "new");
    const found = await cache.get(key);
    // A line that is whole but for its newline becomes a line once something follows.
    expect(found).toBe(damage.includes("torn") ? "torn" : "new");
  });
});

test("a line that is being written is not read", async () => {
  const cache = new ReplyCache(folder);
  await cache.put(other, "good");
  await appendFile(join(folder, "abc.ndjson"), `\n{"key":"${key}","reply":"half"}`);
  expect(await cache.get(key)).toBeUndefined();
});

test("what was acknowledged outlives kills, with several writers at once", async () => {
  const program = join(home.path, "keep-forever.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("./fixtures/keep-forever.ts", import.meta.url))],
    outfile: program,
    bundle: true,
    platform: "node",
    target: "node20.19",
    format: "esm",
  });
  const acknowledged = new Set<string>();
  for (let round = 0; round < 5; round += 1) {
    const children = [0, 1, 2].map((n) =>
      spawn(process.execPath, [program, folder, `${round} ${n}`], {
        stdio: ["ignore", "pipe", "inherit"],
      }),
    );
    const before = acknowledged.size;
    const ended = children.map((child) => {
      const lines = createInterface({ input: child.stdout });
      lines.on("line", (line) => line.length === 64 && acknowledged.add(line));
      return new Promise((resolve) => lines.once("close", resolve));
    });
    while (acknowledged.size < before + 30) await sleep(5);
    await sleep(Math.random() * 40);
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(ended);
  }
  const cache = new ReplyCache(folder);
  for (const wanted of acknowledged) {
    expect(await cache.get(wanted)).toMatchObject({ said: wanted });
  }
  expect(acknowledged.size).toBeGreaterThanOrEqual(150);
  await cache.put(key, "after all this");
  expect(await cache.get(key)).toBe("after all this");
});

test("100,000 replies are at most 4,096 files, and one is found in less than 10 ms", async () => {
  const cache = new ReplyCache(folder);
  await cache.put(key, "x");
  const lines = new Map<string, string>();
  const keys: string[] = [];
  for (let n = 0; n < 100_000; n += 1) {
    const digest = randomBytes(32).toString("hex");
    if (n % 100 === 0) keys.push(digest);
    const file = `${digest.slice(0, 3)}.ndjson`;
    const entry = {
      key: digest,
      reply: { explanation: "x".repeat(300), score: n % 2 },
      model: "m",
    };
    lines.set(file, `${lines.get(file) ?? ""}\n${JSON.stringify(entry)}\n`);
  }
  for (const [file, text] of lines) await appendFile(join(folder, file), text);
  expect((await readdir(folder)).length).toBeLessThanOrEqual(4096);
  const began = performance.now();
  for (const wanted of keys) expect(await cache.get(wanted)).toBeDefined();
  const each = (performance.now() - began) / keys.length;
  expect(each).toBeLessThan(10);
  expect((await readFile(join(folder, `${keys[0]?.slice(0, 3)}.ndjson`))).length).toBeLessThan(
    100_000,
  );
});
