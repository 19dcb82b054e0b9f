import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";

/** A program that writes a line, says on stderr when its reader has gone, and then ends. */
const program = `
import { writeSync } from "node:fs";
import { watchReader } from ${JSON.stringify(join(import.meta.dirname, "watch-reader.ts"))};
const alive = setInterval(() => {}, 1000);
watchReader(1, () => { writeSync(2, "gone\\n"); clearInterval(alive); });
writeSync(1, "line\\n");
`;

/** Runs it as the left side of a pipe; what came of it, or null where it still ran after so many ms. */
async function piped(right: string, waitMs: number): Promise<string | null> {
  const command = `"$0" --import ${import.meta.resolve("tsx")} --input-type=module -e "$1" ${right}`;
  const shell = spawn("bash", ["-c", command, process.execPath, program], { detached: true });
  let text = "";
  for (const stream of [shell.stdout, shell.stderr])
    stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const closed = once(shell, "close").then(() => true);
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), waitMs));
  const ended = await Promise.race([closed, late]);
  if (!ended) process.kill(-(shell.pid ?? 0), "SIGKILL");
  await closed;
  return ended ? text : null;
}

test("the end of the reader is heard of without a write", async () => {
  expect(await piped("| head -n 1", 20_000)).toBe("line\ngone\n");
});

test("a reader that reads on, and another that takes its place, are waited for", async () => {
  // The shell that began to read hands its end on to cat, which reads on.
  expect(await piped("| (read -r first; exec cat)", 4_000)).toBeNull();
});

test("a file has no reader that could go", async () => {
  expect(await piped(">/dev/null", 4_000)).toBeNull();
});
