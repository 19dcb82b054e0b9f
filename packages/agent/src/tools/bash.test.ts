import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { toolContext } from "../testing/tool-context.ts";
import { bash } from "./bash.ts";

test.for([
  { command: "echo out; echo err >&2", text: "out\nerr", failed: false },
  { command: "true", text: "[no output, exit status 0]", failed: false },
  { command: "echo no; exit 3", text: "no\n[exit status 3]", failed: true },
  { command: "kill -9 $$", text: "[ended by SIGKILL]", failed: true },
  { command: "cat", text: "[no output, exit status 0]", failed: false },
  { command: "printf 'a\\xffb'", text: "a\uFFFDb", failed: false },
  { command: "[[ x == x ]] && echo bash", text: "bash", failed: false },
])("$command", async ({ command, text, failed }) => {
  await using context = await toolContext();
  expect(await bash.call({ command }, context)).toEqual({ text, failed });
});

test("runs in the working folder", async () => {
  await using context = await toolContext();
  expect((await bash.call({ command: "pwd" }, context)).text).toBe(context.cwd);
});

test("a command that takes too long is ended with all its processes, also those that ignore SIGTERM", async () => {
  await using context = await toolContext();
  const command =
    "trap '' TERM; (trap '' TERM; sleep 60) & echo $! > pid; echo begun; sleep 60; sleep 60";
  const started = Date.now();
  const result = await bash.call({ command, timeout_ms: 2000 }, context);
  expect(result).toEqual({
    text: "begun\n[ended after 2000 ms: it ran out of time]",
    failed: true,
  });
  expect(Date.now() - started).toBeLessThan(10_000);
  const pid = Number(await readFile(`${context.cwd}/pid`, "utf8"));
  expect(await gone(pid)).toBe(true);
});

test("keeps head and tail of a long output, and all of it in a file that it names", async () => {
  await using context = await toolContext();
  const { text } = await bash.call({ command: "seq 1 100000" }, context);
  expect(text.length).toBeLessThan(31_000);
  expect(text).toMatch(/^1\n2\n3\n/);
  expect(text).toMatch(/\n99999\n100000$/);
  const [, cut, path] = /\[\.\.\. (\d+) bytes cut here; the whole text is in (\S+) \.\.\.\]/.exec(
    text,
  )!;
  const whole = await readFile(path!, "utf8");
  expect(whole.length).toBe(588_895);
  expect(Number(cut)).toBe(588_895 - 30_000);
});

test("endless output is held in bounded memory, and in a bounded file", async () => {
  await using context = await toolContext();
  const before = process.memoryUsage().rss;
  const { text } = await bash.call({ command: "yes", timeout_ms: 1500 }, context);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  expect(text).toMatch(/^y\ny\n/);
  expect(text).toMatch(/ran out of time\]$/);
  const path = /the whole text is in (\S+)/.exec(text)![1]!;
  expect((await readFile(path)).length).toBeLessThanOrEqual(64 * 1024 * 1024);
});

test("a background process does not hold up the call, goes on, and is remembered", async () => {
  await using context = await toolContext();
  const command = "(while true; do echo tick; echo tick >> ticks; sleep 0.05; done) & echo $!";
  const { text, failed } = await bash.call({ command }, context);
  expect(failed).toBe(false);
  expect(text).toMatch(/a background process goes on/);
  const before = (await readFile(`${context.cwd}/ticks`).catch(() => "")).length;
  await expect
    .poll(async () => (await readFile(`${context.cwd}/ticks`)).length, { timeout: 10_000 })
    .toBeGreaterThan(before + 10);
  expect(context.groups.size).toBe(1);
});

test("a signal ends a command that is under way", async () => {
  const stop = new AbortController();
  await using context = await toolContext(stop.signal);
  const started = Date.now();
  const running = bash.call({ command: "sleep 60" }, context);
  setTimeout(() => stop.abort(), 100);
  expect((await running).failed).toBe(true);
  expect(Date.now() - started).toBeLessThan(10_000);
});

test("a command longer than Linux takes as an argument runs all the same", async () => {
  await using context = await toolContext();
  const command = `echo ${"x".repeat(300_000)} | wc -c`;
  expect((await bash.call({ command }, context)).text.trim()).toBe("300001");
});

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 200; tries += 1) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    // A zombie that nobody has waited for yet is as good as gone.
    if (stat === "" || /\) Z /.test(stat)) return true;
    await sleep(50);
  }
  return false;
}
