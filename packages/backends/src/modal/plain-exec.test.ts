import type { Sandbox } from "modal";
import { expect, test } from "vitest";
import { plainExec } from "./plain-exec.ts";

/** A sandbox whose every command prints `chunk` so many times; one that prints for ever does not end. */
function printing(chunk: Uint8Array, times: number) {
  const seen = { chunks: 0 };
  const stream = (left: number) =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        if (left <= 0) return controller.close();
        left -= 1;
        seen.chunks += 1;
        controller.enqueue(chunk);
      },
    });
  const process = () => ({
    stdout: stream(times),
    stderr: stream(0),
    wait: () => (times === Infinity ? new Promise<number>(() => {}) : Promise.resolve(0)),
  });
  return { seen, sandbox: { exec: async () => process() } as unknown as Sandbox };
}

test("a command of mx's own is read to its end", async () => {
  const { sandbox } = printing(Buffer.from("abc"), 3);
  const result = await plainExec(sandbox, ["head"], null, 9);
  expect(result).toMatchObject({ exitCode: 0, stdout: Buffer.from("abcabcabc") });
});

test("one that an agent has replaced, and that never stops, is not kept in memory", async () => {
  const { sandbox, seen } = printing(new Uint8Array(1024), Infinity);
  const result = await plainExec(sandbox, ["head"], null, 10 * 1024);
  expect(result).toMatchObject({ exitCode: 1, stdout: Buffer.alloc(0) });
  expect(seen.chunks).toBeLessThan(20);
});
