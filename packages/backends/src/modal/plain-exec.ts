import type { Sandbox } from "modal";
import { withDeadline } from "./client/with-deadline.ts";
import { writeStdin } from "./write-stdin.ts";

/** Files are put in and read out within this. */
const wholeMs = 600_000;

/** What such a command prints at most, where it is not to print a file. */
const mostSaidBytes = 64 * 1024;

/** How a command of mx's own ended. */
export interface PlainResult {
  exitCode: number;
  stdout: Buffer;
  stderr: Buffer;
}

/**
 * Runs a short command of mx's own, without the init: it starts nothing that would have to be ended. One that prints
 * more than `mostBytes`, on either stream, has failed (exit code 1): an agent may have put a program of its own in
 * place of `head`.
 */
export async function plainExec(
  sandbox: Sandbox,
  argv: string[],
  stdin: Uint8Array | null,
  mostBytes = mostSaidBytes,
): Promise<PlainResult> {
  const run = async () => {
    const options = { mode: "binary", workdir: "/", timeoutMs: wholeMs } as const;
    const process = await sandbox.exec(argv, options);
    if (stdin !== null) void writeStdin(process, stdin);
    try {
      const [exitCode, stdout, stderr] = await Promise.all([
        process.wait(),
        readUpTo(process.stdout, mostBytes),
        readUpTo(process.stderr, mostBytes),
      ]);
      return { exitCode, stdout, stderr };
    } catch (error) {
      if (!(error instanceof TooLongError)) throw error;
      return { exitCode: 1, stdout: Buffer.alloc(0), stderr: Buffer.from(error.message) };
    }
  };
  return withDeadline(run(), wholeMs, "files of a sandbox");
}

class TooLongError extends Error {}

/** All of a stream. Throws TooLongError where it is longer; the rest is let go. */
async function readUpTo(stream: ReadableStream<Uint8Array>, mostBytes: number): Promise<Buffer> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    bytes += next.value.length;
    if (bytes > mostBytes) {
      void reader.cancel().catch(() => {});
      throw new TooLongError(`it printed more than ${mostBytes} bytes`);
    }
    chunks.push(next.value);
  }
  return Buffer.concat(chunks);
}
