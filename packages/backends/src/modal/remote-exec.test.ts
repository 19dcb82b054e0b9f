import type { Sandbox } from "modal";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RemoteExec } from "./remote-exec.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A sandbox whose command goes on until something else is run there, which is what tells it to stop. */
function endless(what: string) {
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const stream = (end: string) =>
    new ReadableStream<Uint8Array>({
      async pull(controller) {
        await stopped;
        controller.enqueue(Buffer.from(end));
        controller.close();
      },
    });
  const exec = async (argv: string[]) => {
    const nonce = argv[3];
    if (argv[1] === "-c") stop();
    const stderr = stream(`\n${nonce} ${what} 0 1.00 9.00 \n`);
    return { stdout: stream("said"), stderr, wait: () => stopped.then(() => 0) };
  };
  return { exec } as unknown as Sandbox;
}

const command = {
  argv: ["agent"],
  timeoutMs: 600_000,
  lifetimeMs: 3_600_000,
  cwd: "/workspace",
  words: null,
  mount: null,
  openFiles: null,
  outputBytes: null,
};

test("a command that has ended the clock in its sandbox is over its time all the same", async () => {
  const result = new RemoteExec(endless("s"), command).result();
  await vi.advanceTimersByTimeAsync(600_000 + 120_000);
  expect(await result).toMatchObject({ ended: "timeout", exitCode: null });
});

test("one that had ended by then, and whose output was on its way, has ended", async () => {
  const result = new RemoteExec(endless("e"), command).result();
  await vi.advanceTimersByTimeAsync(600_000 + 120_000);
  expect(await result).toMatchObject({ ended: "exited", exitCode: 0, elapsedMs: 8000 });
});
